/** What makes a bin: options, settings, log, artifacts, summary and exit code, the same for all of them. */
export type { BinContext } from './context.ts'
export { SHOWN_PLAN } from './data-directory.ts'
export { afterFailure } from './ending.ts'
export { flag } from './flag.ts'
export { httpContextOf } from './http-context.ts'
export {
  GATHERED_IDS,
  type GatheredIds,
  gatheredIdsName,
  gatheredIdsSchema,
  gatherName,
  lastRunSchema,
  readGatheredIds,
} from './last-run.ts'
export { lastWriteByOthers, noteWrite } from './last-writes.ts'
export { type Consents, consentsText, planCommand, readConsents } from './mass-change.ts'
export { optionsByKind, RANGE_SIZE, typedName } from './options.ts'
export { readSettings } from './read-settings.ts'
export { resumeCommand } from './resume-command.ts'
export { runBin, startBin } from './run-bin.ts'
export {
  allianceKeySettings,
  allianceSettings,
  controlledUserSettings,
  overridesSettings,
  salesforceSettings,
  slackSettings,
  zendeskSettings,
} from './settings.ts'
export {
  handedOnStamps,
  originOf,
  readStamps,
  STAMPS,
  type Stamp,
  type Stamps,
  stampsSchema,
} from './stamps.ts'
export { startedAlone } from './started-alone.ts'
export { type Summary, summaryName, summaryPath, summarySchema } from './summary.ts'
export { warnUnfamiliar } from './unfamiliar.ts'
export { versionText } from './version.ts'
