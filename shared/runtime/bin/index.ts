/** What makes a program a bin: its command line, log, context, outputs and exit code. */
export type { BinArtifacts } from './artifact-io.ts'
export { listenForCancel } from './cancellation.ts'
export { nearOptions, versionText } from './command-line.ts'
export { type Consents, consentsText, planCommand, readConsents, resumeCommand } from './consents.ts'
export {
  type BinContext,
  type BinParts,
  type BinRun,
  type PartsOf,
  warnIfStartedAlone,
  warnUnfamiliar,
} from './context.ts'
export { SHOWN_PLAN } from './data-directory.ts'
export { DefinedBin, defineBin, runBin, startBin } from './define-bin.ts'
export { afterFailure } from './logging.ts'
export { flag, LOG_LEVELS, optionsByKind, RANGE_SIZE, typedName } from './options.ts'
