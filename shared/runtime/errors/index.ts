/** What went wrong, told to a person: a code to search for, one sentence, and what to do next. */
export { CANCELLED, continuesPipeline, EXIT, type ExitCode, exitText, worstExitCode } from './exit-codes.ts'
export { type ErrorDescription, type ErrorKind, ExpectedError, exitCodeOf } from './expected-error.ts'
export { type Reason, reasonOf, reasonSchema, told } from './reason.ts'
