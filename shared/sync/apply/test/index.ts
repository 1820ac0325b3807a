/** For tests of writes: a Zendesk of plain functions, and a sync on a data directory. */
export { connectedRun, scriptedZendesk } from './scripted-zendesk.ts'
export { runSync } from './sync-run.ts'
