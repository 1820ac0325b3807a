/** The runtime of a bin: options, settings, log, artifacts, summary and exit code. */
export type { BinArtifacts } from './artifact-io.ts'
export { listenForCancel } from './cancellation.ts'
export { type Consents, consentsText, planCommand, readConsents, resumeCommand } from './consents.ts'
export {
  type BinContext,
  type BinParts,
  type BinRun,
  type PartsOf,
  startedAlone,
  warnUnfamiliar,
} from './context.ts'
export { SHOWN_PLAN } from './data-directory.ts'
export { DefinedBin, defineBin, runBin, startBin } from './define-bin.ts'
export {
  GATHERED_IDS,
  type GatheredIds,
  gatheredIdsName,
  gatheredIdsSchema,
  gatherName,
  lastRunSchema,
  readGatheredIds,
} from './last-run.ts'
export { flag, optionsByKind, RANGE_SIZE, typedName } from './options.ts'
export { plansFileOf, protectedIdsFileOf, reviewedFilesSettings } from './reviewed-files.ts'
export {
  allianceKeySettings,
  allianceSettings,
  controlledUserSettings,
  overridesSettings,
  readSettings,
  salesforceSettings,
  slackSettings,
  zendeskSettings,
} from './settings.ts'
export {
  handedOnStamps,
  lastWriteByOthers,
  noteWrite,
  originOf,
  readStamps,
  STAMPS,
  type Stamp,
  type Stamps,
  stampsSchema,
} from './stamps.ts'
export { afterFailure, type Summary, summaryName, summaryPath, summarySchema } from './summary.ts'
export { versionText } from './version.ts'
