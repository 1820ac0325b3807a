/** Text for people. No data can move the cursor, hide text, or forge a second line. */
export { arrText } from './arr.ts'
export { durationText } from './duration.ts'
export { inShell } from './in-shell.ts'
export { listText } from './list.ts'
export { nameKey } from './name-key.ts'
export { brief, printable, printableJson, sentence } from './printable.ts'
export { PROGRAM } from './program.ts'
export { sizeText } from './size.ts'
