export { type OverrideSource, readOverrideText } from './read-override-text.ts'
