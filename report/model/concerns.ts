import {
  adviceOnResult,
  type Failing,
  failsSince,
  failureCode,
  isNameHeldOf,
  isSameFailing,
  type Result,
  timeText,
} from '@support-sync/shared/domain'
import { USER_SYNC } from '@support-sync/shared/pipeline'
import { LOST_TEXT, type RunRecord } from '@support-sync/shared/runs/record'
import { adviceOnWarning } from './advice.ts'
import { clip } from './clip.ts'
import type { Concern } from './schema.ts'

/** The number of keys listed for a concern. The stage's summary or results have all of them. */
const KEYS_SHOWN = 100

/** What needs attention: stopped stages first, then new concerns, then known ones. */
export function concernsOf(record: RunRecord): Concern[] {
  const { stages, broken } = record
  const concerns: Concern[] = []
  for (const { stage, state, error } of stages) {
    const runs = broken[stage]?.runs ?? 0
    const first = broken[stage]?.since ?? null
    const since =
      runs > 1 ? ` (for ${runs} runs now${first === null ? '' : `, since ${timeText(first)}`})` : ''
    if (error) {
      const { code, message, next } = error
      concerns.push({ ...about('stopped', stage, []), code, message: `${message}${since}`, next })
    } else if (state === 'lost') {
      const message = `${LOST_TEXT}${since}.`
      const next = 'Start the run again from this stage. The sync recognises what it has already written.'
      concerns.push({ ...about('stopped', stage, []), code: 'LOST', message, next })
    }
  }
  const others = [
    ...stages.flatMap(stage => failuresOf(stage, record)),
    ...stages.flatMap(stage => warningsOf(stage, record)),
  ]
  return [
    ...concerns,
    ...others.filter(({ since }) => since === null),
    ...others.filter(({ since }) => since !== null),
  ]
}

/** Groups failed records by problem, because each problem needs one action. Lasting failures form separate groups. */
function failuresOf(
  { stage, failures, summaries }: RunRecord['stages'][number],
  { failing, ended_at, known, started_at }: RunRecord,
): Concern[] {
  const sinceOf = (failure: Result) => failsSince(failure, failing[stage] ?? [], new Date(ended_at))
  // Zendesk's error about a user quotes the user's name or email address.
  const namesPeople = stage === USER_SYNC.stage
  const held = summaries.flatMap(({ warnings }) => warnings).filter(({ code }) => code === 'NAME_HELD')
  const heldNames = held.flatMap(({ keys }) => keys)
  const byCode = Map.groupBy(
    failures.filter(failure => !isCoveredByMark(failure, heldNames)),
    failure => `${failure.action} ${failure.code} ${sinceOf(failure)}`,
  )
  const cards = [...byCode.values()].flatMap(alike => {
    const [first] = alike
    if (!first) return []
    const keys = alike.map(({ key }) => key)
    const since = sinceOf(first)
    const lasting = since === undefined ? '' : `, failing since ${since}`
    const reason = first.error === null || namesPeople ? '' : `: ${clip(first.error)}`
    return [
      {
        ...about('failed', stage, keys),
        ...(since === undefined ? {} : { fresh: 0, since: firstFailed(first, failing[stage] ?? []) }),
        code: failureCode(first),
        message: `${keys.length === 1 ? 'One record' : `${keys.length} records`} failed to ${first.action}${lasting}${reason}.`,
        next: adviceOnResult(first.code),
      },
    ]
  })
  return [
    ...held.map(({ code, message, keys }) => ({
      ...about('failed', stage, keys, sincesOf(known.warnings[stage]?.[code], started_at)),
      code,
      message: `${message}.`,
      next: adviceOnResult(code),
    })),
    ...cards,
  ]
}

/** Whether a create failed because of the name of an organization whose mark is held back. Both are one concern. */
function isCoveredByMark({ key, code }: Result, heldNames: readonly string[]): boolean {
  return code === 'NAME_TAKEN' && heldNames.some(held => isNameHeldOf(held, key))
}

/** Warnings that the failed records already cover. */
const FAILURES = ['RECORDS_FAILED', 'NAME_HELD']

/** Since when a record fails for this reason. */
function firstFailed(failure: Result, failing: readonly Failing[]): string | null {
  const one = { ...failure, code: failureCode(failure), since: '', runs: 0 }
  return failing.find(other => isSameFailing(one, other))?.since ?? null
}

function warningsOf(
  { stage, summaries }: RunRecord['stages'][number],
  { known, started_at }: RunRecord,
): Concern[] {
  return summaries
    .flatMap(({ warnings }) => warnings)
    .filter(({ code }) => !FAILURES.includes(code))
    .map(({ code, message, keys }) => ({
      ...about('warning', stage, keys, sincesOf(known.warnings[stage]?.[code], started_at)),
      code,
      message: `${message}.`,
      next: adviceOnWarning(code),
    }))
}

/** Since when each key is known. Without keys that no earlier run reported. */
function sincesOf(known: Readonly<Record<string, string>> | undefined, started: string) {
  return new Map(Object.entries(known ?? {}).filter(([, since]) => since < started))
}

/** A concern about these keys, new ones first. */
function about(
  kind: Concern['kind'],
  stage: string,
  keys: readonly string[],
  sinces: ReadonlyMap<string, string> = new Map(),
) {
  const fresh = keys.filter(key => !sinces.has(key))
  const ordered = [...fresh, ...keys.filter(key => sinces.has(key))]
  const all = keys.length > 0 ? keys : ['']
  const since = all.every(key => sinces.has(key))
    ? (all
        .flatMap(key => sinces.get(key) ?? [])
        .sort()
        .at(-1) ?? null)
    : null
  return {
    ...{ kind, stage, count: keys.length, fresh: fresh.length, since },
    keys: ordered.slice(0, KEYS_SHOWN).map(clip),
  }
}
