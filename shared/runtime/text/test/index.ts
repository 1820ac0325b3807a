/** For tests of output for people: texts that must not appear unescaped. */
export { HOSTILE_TEXTS, UNPRINTABLE } from './hostile-texts.ts'
