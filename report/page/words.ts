import { INSTANCES, type Instance, TRAITS } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { stateText } from '@support-sync/shared/runs/record'
import { durationText } from '@support-sync/shared/runtime/text'
import type { Report } from '../model/schema.ts'

/** Figures and states as text. */

type Stage = Report['record']['stages'][number]

const STATES: Readonly<Record<Stage['state'], { mark: string; tone: string }>> = {
  done: { mark: '✓', tone: 'good' },
  'records-failed': { mark: '!', tone: 'attention' },
  stopped: { mark: '✕', tone: 'bad' },
  lost: { mark: '✕', tone: 'bad' },
  'not-run': { mark: '–', tone: 'silent' },
  'not-asked': { mark: '–', tone: 'silent' },
}

/** A stage's state as a symbol, as text, and its severity. */
export function stateOf(stage: Stage): { mark: string; text: string; tone: string } {
  return { ...STATES[stage.state], text: stateText(stage) }
}

/** A number with thousands separators. */
export function count(number: number): string {
  return number.toLocaleString('en')
}

/** The time between two moments. Empty if one is missing. */
export function duration(from: string | null, to: string | null): string {
  if (from === null || to === null) return ''
  return durationText(Date.parse(to) - Date.parse(from))
}

const ARTIFACTS: Readonly<Record<string, string>> = {
  [artifacts.accounts.name]: 'accounts',
  [artifacts.users.updates.name]: 'to update',
  [artifacts.users.creates.name]: 'to create',
  ...Object.assign({}, ...INSTANCES.map(namesOf)),
}

function namesOf(instance: Instance): Record<string, string> {
  const { gathered, objects, updates, creates, not_in_sync } = artifacts.instances[instance]
  const { name } = TRAITS[instance]
  return {
    [gathered.name]: `${name} orgs`,
    [objects.name]: `${name} objects`,
    [updates.name]: 'to update',
    [creates.name]: 'to create',
    [not_in_sync.name]: 'not in sync',
  }
}

/** How many records an artifact has, such as `to update: 8`. */
export function artifactCount([file, records]: readonly [file: string, records: number]): string {
  const name = ARTIFACTS[file] ?? file.replace(/\.json$/, '').replaceAll('_', ' ')
  return `${name}: ${count(records)}`
}
