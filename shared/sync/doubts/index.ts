/** Accounts in doubt, for people: the reason, what to do, and the suggested section of an unknown charge name. */
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
