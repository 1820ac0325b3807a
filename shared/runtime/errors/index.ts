/** Errors for people: a code to search for, one sentence, and what to do next. */
export { CANCELLED, continuesPipeline, EXIT, type ExitCode, exitText, worstExitCode } from './exit-codes.ts'
export {
  badInput,
  type ErrorDescription,
  type ErrorKind,
  ExpectedError,
  exitCodeOf,
  stoppedByGuard,
  upstreamFailed,
} from './expected-error.ts'
export { expectedFrom } from './full-disk.ts'
export { printableSentence, type Reason, reasonOf, reasonSchema } from './reason.ts'
