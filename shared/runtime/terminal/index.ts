/** What is printed for people: values, colours where there are any, and columns. */
export { columns } from './columns.ts'
export { copyableLines } from './copyable.ts'
export { nearestWord } from './nearest.ts'
export { helpWidth, type Screen, type Style, screenOf } from './screen.ts'
export { shown } from './shown.ts'
