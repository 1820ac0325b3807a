/** The files that stages exchange: read and written record by record, validated on both sides, and never incomplete. */

export { secondThread } from './helper.ts'
export { openPrinter, type Printed } from './print.ts'
export {
  appendPrivately,
  createPrivateFile,
  flushFile,
  makePrivateDirectory,
  refuseLink,
  writePrivateFile,
  writePrivateFiles,
} from './private-file.ts'
export { allRecords, readArtifact, readBatches, type Worked, workOn } from './read.ts'
export { parsedFile } from './small-file.ts'
export { MAX_TEXT_BYTES, readSmallText, utf8Text } from './small-text.ts'
export { sumOfFile } from './sum.ts'
export type { Work } from './work.ts'
export { type ArtifactWriter, commitArtifacts, openArtifactWriter, removeArtifacts } from './write.ts'
export { parseYaml, readYaml } from './yaml.ts'
