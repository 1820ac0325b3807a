/** Output for people: values, colours and columns. */
export { columns } from './columns.ts'
export { copyableLines } from './copyable.ts'
export { didYouMean, nearestWord } from './nearest.ts'
export { helpWidth, type Screen, type Style, screenOf } from './screen.ts'
export { shown } from './shown.ts'
export { shownPath } from './shown-path.ts'
