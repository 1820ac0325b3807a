/** Accounts in doubt, for people: why, what to do about it, and where an unknown charge name may belong. */
export {
  type HoldReason,
  holdReasonSchema,
  reasonFor,
  reasonIn,
  reasonText,
  reasonTitle,
  remediesOf,
} from './reasons.ts'
export { type Suggestion, suggestSection } from './suggest.ts'
