/** What is printed for people: text that a terminal can bear, colours where there are any, and columns. */
export { columns } from './columns.ts'
export { printable, shown } from './printable.ts'
export { type Screen, type Style, screenOf } from './screen.ts'
