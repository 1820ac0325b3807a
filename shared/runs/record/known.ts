import { z } from 'zod'
import { matchKey } from '../../domain/index.ts'
import { artifacts, STAGES, type Stage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import type { Summary } from '../../runtime/records/index.ts'

/** Since when each key is known: the start of the first of the consecutive runs that reported it. */
const sinceSchema = z.record(z.string(), z.iso.datetime())
type Since = z.infer<typeof sinceSchema>

/** Since when warnings are known, by stage, code and key. A warning without keys has the key ''. */
export const knownWarningsSchema = z.record(z.string(), z.record(z.string(), sinceSchema))
type KnownWarnings = z.infer<typeof knownWarningsSchema>

/** Since when accounts are known to be in doubt, by match key. */
export const knownDoubtsSchema = sinceSchema

const { doubts: DOUBTS } = artifacts

/** The files in a stage's data directory that list the accounts in doubt. */
export function filesOfDoubts({ bins }: Stage): string[] {
  return bins.some(({ writes }) => writes.includes(DOUBTS)) ? [DOUBTS.name] : []
}

/** The accounts in doubt. Null if the stage does not list them, or did not get that far. */
export function readDoubtKeys(stage: Stage, files: ReadonlyMap<string, Uint8Array>): string[] | null {
  const [name] = filesOfDoubts(stage)
  const doubts = name === undefined ? undefined : parsedFile(files.get(name), z.array(DOUBTS.schema))
  return doubts?.map(({ salesforce_id }) => matchKey(salesforce_id) ?? salesforce_id) ?? null
}

type Known = { warnings: KnownWarnings; doubts: Since }

/** What is known after a run. What earlier runs reported for a stage stays if the stage did not run. */
export function knownAfter(
  { dry_run, started_at }: { dry_run: boolean; started_at: string },
  ran: readonly { stage: string; summaries: readonly Summary[]; doubts: readonly string[] | null }[],
  last: Known | undefined,
): Known {
  const before: Known = { warnings: last?.warnings ?? {}, doubts: last?.doubts ?? {} }
  if (dry_run) return before
  const warnings: KnownWarnings = {}
  for (const { stage } of STAGES) {
    const summaries = ran.find(record => record.stage === stage)?.summaries ?? []
    const known = before.warnings[stage] ?? {}
    const own = summaries.length > 0 ? warningsOf(summaries, known, started_at) : known
    if (Object.keys(own).length > 0) warnings[stage] = own
  }
  const doubts = ran.find(record => record.doubts !== null)?.doubts
  return { warnings, doubts: doubts ? sinceOf(doubts, before.doubts, started_at) : before.doubts }
}

function warningsOf(
  summaries: readonly Summary[],
  known: KnownWarnings[string],
  started: string,
): KnownWarnings[string] {
  const own: KnownWarnings[string] = {}
  for (const { code, keys } of summaries.flatMap(({ warnings }) => warnings)) {
    const since = sinceOf(keys.length > 0 ? keys : [''], known[code] ?? {}, started)
    own[code] = { ...own[code], ...since }
  }
  return own
}

function sinceOf(keys: readonly string[], known: Since, started: string): Since {
  return Object.fromEntries(keys.map(key => [key, known[key] ?? started]))
}
