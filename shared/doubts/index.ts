/** Accounts in doubt, for people: where an unknown charge name may belong. */
export { type Suggestion, suggestSection } from './suggest.ts'
