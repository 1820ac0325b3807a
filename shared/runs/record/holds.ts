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
import { arrText } from '../../runtime/text/index.ts'

/** A hold of a comparison, as the record keeps it. */
export const heldBackSchema = standingHoldsSchema.valueType.element.omit({ since: true, told: true })
type HeldBack = z.infer<typeof heldBackSchema>

/** The last Slack message about holds: its time, and the total ARR of all holds. */
export const holdsToldSchema = z.object({ at: z.iso.datetime(), arr: z.number() })

const QUIET_MS = 24 * 60 * 60 * 1000

/** The files in a stage's data directory that list its holds. */
export function filesOfHolds({ stage }: Stage): string[] {
  const held = INSTANCES.map(instance => artifacts.instances[instance].held)
  return held
    .filter(({ producer }) => producer === stage)
    .flatMap(({ name }) => [name, artifacts.doubts.name])
}

/** What a stage held back; null if it does not compare, or did not get that far. */
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
 * The holds after a run, since when they exist, and whether Slack gets a message about them now. A message covers only
 * holds that no earlier message has reported. Within 24 hours of a message, there is another only if the total ARR has
 * doubled.
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
    // The holds of a stage that did not compare stay.
    const own = (found ?? known).map(({ id, key, reason, arr }) => {
      const { since = run.started_at, told = false } = known.find(hold => hold.id === id) ?? {}
      return { id, key, reason, arr, since, told }
    })
    if (own.length > 0) holds[stage] = own
  }
  const all = Object.values(holds).flat()
  const arr = arrOfAll(all)
  if (all.every(({ told }) => told) || !isTimeToReport(run.ended_at, arr, before.holds_told))
    return { holds, holds_told: before.holds_told }
  return {
    holds: Object.fromEntries(
      Object.entries(holds).map(([stage, own]) => [stage, own.map(hold => ({ ...hold, told: true }))]),
    ),
    holds_told: { at: run.ended_at, arr },
  }
}

function isTimeToReport(now: string, arr: number, last: Holds['holds_told']): boolean {
  if (last === null || Date.parse(now) - Date.parse(last.at) >= QUIET_MS) return true
  return arr > 0 && arr >= 2 * last.arr
}

/** The total ARR. An account counts once, although both instances may hold something back. */
function arrOfAll(holds: readonly StandingHold[]): number {
  const byKey = new Map(holds.map(({ key, arr }) => [key, arr ?? 0]))
  return [...byKey.values()].reduce((total, arr) => total + arr, 0)
}

/** The Slack line about holds that this run reports for the first time; null if there are none. */
export function holdsText(record: Holds & { ended_at: string }, last: Holds | undefined): string | null {
  if (record.holds_told?.at !== record.ended_at) return null
  const wasReported = (stage: string, id: number) =>
    last?.holds[stage]?.some(hold => hold.id === id && hold.told) === true
  const fresh = Object.entries(record.holds).flatMap(([stage, own]) =>
    own.filter(({ id }) => !wasReported(stage, id)),
  )
  const accounts = new Map(fresh.map(({ key, arr }) => [key, arr ?? 0]))
  const [largest] = [...accounts].sort(([, one], [, other]) => other - one)
  if (largest === undefined) return null
  const [key, arr] = largest
  const who = accounts.size === 1 ? 'One more account is' : `${accounts.size} more accounts are`
  const most = accounts.size === 1 ? 'It is' : 'The largest is'
  return `${who} in doubt: the sync takes nothing away. ${most} ${key}, ARR ${arrText(arr)}. Look at the run's report.`
}
