import { INSTANCE_ARTIFACTS, INSTANCES, type Instance, TRAITS } from '@support-sync/shared/domain'
import { exitText } from '@support-sync/shared/errors'
import type { Report } from '../model/schema.ts'

/** Figures and states in words. */

type Stage = Report['record']['stages'][number]

const STATES: Readonly<Record<Stage['state'], { mark: string; text: string; tone: string }>> = {
  done: { mark: '✓', text: 'done', tone: 'good' },
  'records-failed': { mark: '!', text: 'some records failed', tone: 'attention' },
  stopped: { mark: '✕', text: 'stopped', tone: 'bad' },
  lost: { mark: '✕', text: 'never told its end', tone: 'bad' },
  'not-run': { mark: '–', text: 'not run', tone: 'silent' },
  'not-asked': { mark: '–', text: 'not asked for', tone: 'silent' },
}

/** A stage's state as a mark, in words, and how grave it is. */
export function stateOf({ state, exit_code }: Stage): { mark: string; text: string; tone: string } {
  const known = STATES[state]
  return state === 'stopped' && exit_code !== null ? { ...known, text: exitText(exit_code) } : known
}

/** A number as people write it. */
export function count(number: number): string {
  return number.toLocaleString('en')
}

/** How long something took. */
export function duration(from: string | null, to: string | null): string {
  if (from === null || to === null) return ''
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`
}

/** A time as all of this is told: in UTC, to the minute. */
export function time(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

const ARTIFACTS: Readonly<Record<string, string>> = {
  'salesforce_accounts.json': 'accounts',
  'updates.json': 'to update',
  'creates.json': 'to create',
  ...Object.assign({}, ...INSTANCES.map(namesOf)),
}

function namesOf(instance: Instance): Record<string, string> {
  const { gathered, objects, updates, creates, not_in_sync } = INSTANCE_ARTIFACTS[instance]
  const { name } = TRAITS[instance]
  return {
    [gathered]: `${name} orgs`,
    [objects]: `${name} objects`,
    [updates]: 'to update',
    [creates]: 'to create',
    [not_in_sync]: 'not in sync',
  }
}

/** How many records an artifact has, as a person says it: `to update: 8`. */
export function artifactCount([file, records]: readonly [file: string, records: number]): string {
  const name = ARTIFACTS[file] ?? file.replace(/\.json$/, '').replaceAll('_', ' ')
  return `${name}: ${count(records)}`
}
