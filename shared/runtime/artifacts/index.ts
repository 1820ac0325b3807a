/**
 * The files that stages hand on. Both the writer and the reader check each record, and no reader ever sees half a file.
 */

export { bytesOf, statOf } from './file-stat.ts'
export {
  appendPrivately,
  createPrivateFile,
  flushFile,
  makePrivateDirectory,
  refuseLink,
  writePrivateFile,
  writePrivateFiles,
} from './private-file.ts'
export { allRecords, type Place, type Reading, readAgainFrom, readArtifact, readBatches } from './read.ts'
export { parsedFile } from './small-file.ts'
export { MAX_TEXT_BYTES, readSmallText, utf8Text } from './small-text.ts'
export { sumOfFile } from './sum.ts'
export {
  type ArtifactWriter,
  commitArtifacts,
  openArtifactWriter,
  openPartWriter,
  partPath,
  removeArtifacts,
  type WrittenPart,
} from './write.ts'
export { parseYaml, readYaml } from './yaml.ts'
