import { z } from 'zod'
import { matchKey } from '../../domain/index.ts'
import { artifacts, STAGES, type Stage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import type { Summary } from '../../runtime/records/index.ts'

/** By key: the start of the first run in an unbroken row that said it. */
const sinceSchema = z.record(z.string(), z.iso.datetime())
type Since = z.infer<typeof sinceSchema>

/** What warnings said, by stage, code and key; a warning without keys has the key ''. */
export const knownWarningsSchema = z.record(z.string(), z.record(z.string(), sinceSchema))
type KnownWarnings = z.infer<typeof knownWarningsSchema>

/** Which accounts are in doubt, by match key. */
export const knownDoubtsSchema = sinceSchema

const { doubts: DOUBTS } = artifacts

/** The files of a stage's data directory that say which accounts are in doubt. */
export function filesOfDoubts({ bins }: Stage): string[] {
  return bins.some(({ writes }) => writes.includes(DOUBTS)) ? [DOUBTS.name] : []
}

/** The accounts in doubt; null for a stage that does not say it, and for one that did not come so far. */
export function readDoubtKeys(stage: Stage, files: ReadonlyMap<string, Uint8Array>): string[] | null {
  const [name] = filesOfDoubts(stage)
  const doubts = name === undefined ? undefined : parsedFile(files.get(name), z.array(DOUBTS.schema))
  return doubts?.map(({ salesforce_id }) => matchKey(salesforce_id) ?? salesforce_id) ?? null
}

type Known = { warnings: KnownWarnings; doubts: Since }

/** What is known after a run. A stage that did not run says nothing: what it said before stays. */
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
