/** Text for people: whatever the data holds, it moves no cursor, hides nothing, and forges no second line. */
export { durationText } from './duration.ts'
export { listText } from './list.ts'
export { brief, printable, printableJson, sentence } from './printable.ts'
export { PROGRAM } from './program.ts'
export { sizeText } from './size.ts'
