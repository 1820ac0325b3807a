import { z } from 'zod'
import {
  doubtSchema,
  heldSchema,
  INSTANCES,
  matchKey,
  type StandingHold,
  standingHoldsSchema,
  writeKey,
} from '../../domain/index.ts'
import { artifacts, STAGES, type Stage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'

/** What a comparison held back, as the record keeps it. */
export const heldBackSchema = standingHoldsSchema.valueType.element.omit({ since: true, told: true })
type HeldBack = z.infer<typeof heldBackSchema>

/** When Slack was last told of what is held back, and how much ARR that was. */
export const holdsToldSchema = z.object({ at: z.iso.datetime(), arr: z.number() })

const QUIET_MS = 24 * 60 * 60 * 1000

/** The files of a stage's data directory that say what it held back. */
export function filesOfHolds({ stage }: Stage): string[] {
  const held = INSTANCES.map(instance => artifacts.instances[instance].held)
  return held
    .filter(({ producer }) => producer === stage)
    .flatMap(({ name }) => [name, artifacts.doubts.name])
}

/** What a stage held back; null for a stage that holds nothing back, and for one that did not come so far. */
export function readHolds(stage: Stage, files: ReadonlyMap<string, Uint8Array>): HeldBack[] | null {
  const [artifact] = filesOfHolds(stage)
  const held = artifact === undefined ? undefined : parsedFile(files.get(artifact), z.array(heldSchema))
  if (held === undefined) return null
  const doubts = parsedFile(files.get(artifacts.doubts.name), z.array(doubtSchema)) ?? []
  const arrOf = new Map(doubts.map(({ salesforce_id, arr }) => [matchKey(salesforce_id), arr]))
  return held.map(({ id, salesforce_id, reason }) => {
    const key = matchKey(salesforce_id)
    const arr = key === null ? null : (arrOf.get(key) ?? null)
    return { id, key: writeKey({ id, salesforce_id }), reason, arr }
  })
}

type Holds = {
  holds: Record<string, StandingHold[]>
  holds_told: z.infer<typeof holdsToldSchema> | null
}

/**
 * What is held back after a run, since when, and whether Slack is told of it now: of those that it has not been told of,
 * and within 24 hours of a message only when the ARR of all has doubled.
 */
export function holdsAfter(
  run: { dry_run: boolean; started_at: string; ended_at: string },
  ran: readonly { stage: string; held: readonly HeldBack[] | null }[],
  last: Holds | undefined,
): Holds {
  const before: Holds = { holds: last?.holds ?? {}, holds_told: last?.holds_told ?? null }
  if (run.dry_run) return before
  const holds: Holds['holds'] = {}
  for (const { stage } of STAGES) {
    const known = before.holds[stage] ?? []
    const found = ran.find(record => record.stage === stage)?.held
    // A stage that did not compare says nothing of its holds: they stay.
    const own = (found ?? known).map(({ id, key, reason, arr }) => {
      const { since = run.started_at, told = false } = known.find(hold => hold.id === id) ?? {}
      return { id, key, reason, arr, since, told }
    })
    if (own.length > 0) holds[stage] = own
  }
  const all = Object.values(holds).flat()
  const arr = arrOfAll(all)
  if (all.every(({ told }) => told) || !isTimeToTell(run.ended_at, arr, before.holds_told))
    return { holds, holds_told: before.holds_told }
  return {
    holds: Object.fromEntries(
      Object.entries(holds).map(([stage, own]) => [stage, own.map(hold => ({ ...hold, told: true }))]),
    ),
    holds_told: { at: run.ended_at, arr },
  }
}

function isTimeToTell(now: string, arr: number, told: Holds['holds_told']): boolean {
  if (told === null || Date.parse(now) - Date.parse(told.at) >= QUIET_MS) return true
  return arr > 0 && arr >= 2 * told.arr
}

/** Each account's once: it may be held back on both instances. */
function arrOfAll(holds: readonly StandingHold[]): number {
  const byKey = new Map(holds.map(({ key, arr }) => [key, arr ?? 0]))
  return [...byKey.values()].reduce((total, arr) => total + arr, 0)
}

/** A line for Slack of what this run tells for the first time; null when it tells nothing of it. */
export function newsOfHolds(record: Holds & { ended_at: string }, last: Holds | undefined): string | null {
  if (record.holds_told?.at !== record.ended_at) return null
  const wasTold = (stage: string, id: number) =>
    last?.holds[stage]?.some(hold => hold.id === id && hold.told) === true
  const fresh = Object.entries(record.holds).flatMap(([stage, own]) =>
    own.filter(({ id }) => !wasTold(stage, id)),
  )
  const accounts = new Map(fresh.map(({ key, arr }) => [key, arr ?? 0]))
  const [largest] = [...accounts].sort(([, one], [, other]) => other - one)
  if (largest === undefined) return null
  const [key, arr] = largest
  const who = accounts.size === 1 ? 'One more account is' : `${accounts.size} more accounts are`
  const most = accounts.size === 1 ? 'It is' : 'The largest is'
  return `${who} in doubt: nothing is taken away. ${most} ${key}, ARR ${arr.toLocaleString('en')}. Look at the run's report.`
}
