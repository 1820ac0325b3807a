/** Errors for people: a code to search for, one sentence, and what to do next. */
export { CANCELLED, continuesPipeline, EXIT, type ExitCode, exitText, worstExitCode } from './exit-codes.ts'
export { type ErrorDescription, type ErrorKind, ExpectedError, exitCodeOf } from './expected-error.ts'
export { printableSentence, type Reason, reasonOf, reasonSchema } from './reason.ts'
