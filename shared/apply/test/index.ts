/** For tests of what syncs write: a Zendesk of plain functions. */
export { scriptedZendesk } from './scripted-zendesk.ts'
