/** For tests from outside of what reaches people: texts that must reach none as they are. */
export { HOSTILE_TEXTS, UNPRINTABLE } from './hostile-texts.ts'
