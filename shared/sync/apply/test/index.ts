/** For tests of what syncs write: a Zendesk of plain functions, and a sync over a data directory. */
export { connectedRun, scriptedZendesk } from './scripted-zendesk.ts'
export { runSync } from './sync-run.ts'
