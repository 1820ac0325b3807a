import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { attributesOf } from '@support-sync/shared/domain'
import { STAGES } from '@support-sync/shared/pipeline'
import {
  type RunRecord,
  recordRun,
  type StageRecord,
  stageWithoutResult,
} from '@support-sync/shared/runs/record'

/** A minimal run on disk. Stages that a test does not mention succeeded and wrote nothing. */

type Records = readonly Record<string, unknown>[]

export type SmallRun = {
  /** By path in the run's directory, such as `compare-global/global_updates.json`. */
  artifacts?: Record<string, Records>
  /** Null is a stage without files. */
  stages?: Record<string, Partial<StageRecord> | null>
  last?: RunRecord
  dryRun?: boolean
  at?: { started_at: string; ended_at: string }
}

const AT = '2026-11-23T10:00:00.000Z'
const END = '2026-11-23T10:06:00.000Z'

/** The run record of a test's run. */
export function smallRecord({
  stages = {},
  last,
  dryRun = false,
  at = { started_at: AT, ended_at: END },
}: SmallRun): RunRecord {
  const read = STAGES.flatMap(stage => {
    if (stages[stage.stage] === null) return []
    const silent = stageWithoutResult(stage, 'lost')
    const ended = { state: 'done', exit_code: 0, started_at: AT, ended_at: END } as const
    return [[stage.stage, { ...silent, ...ended, ...stages[stage.stage] }] as const]
  })
  const about = { run_id: 'run-7', commit: null, url: null, dry_run: dryRun, ...at }
  return recordRun(about, new Map(read), () => true, last)
}

/** Writes the run, and removes it when the test ends. */
export async function writeRun(run: SmallRun): Promise<AsyncDisposable & { dir: string; name: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'report-'))
  await writeFile(join(dir, 'run_record.json'), JSON.stringify(smallRecord(run)))
  for (const [name, records] of Object.entries(run.artifacts ?? {})) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`)
  }
  return { dir, name: 'run-7', [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) }
}

/** An object of an instance with every attribute. Those not given are empty. */
export function object(
  instance: 'global' | 'usgov',
  given: Record<string, unknown>,
): Record<string, unknown> {
  const empty = attributesOf(instance).map(({ key, kind }) => [key, kind.name === 'checkbox' ? false : null])
  return { ...Object.fromEntries(empty), support_level: 'premium', expiration_date: '2027-01-01', ...given }
}

/** A customer's account with one active charge. */
export function account(salesforce_id: string, name: string, charge_name: string): Record<string, unknown> {
  const days = { start_date: '2026-01-01', end_date: '2027-01-01' }
  const nothing = {
    ...{ account_owner: null, technical_account_manager: null, solutions_architect: null, region: null },
    ...{ sold_to_name: null, sold_to_email: null, partner_track: null, partner_type: null },
    ...{ restricted: false, support_hold: false, escalated: false, exception: false },
  }
  return {
    ...{ salesforce_id, name, arr: 1000, type: 'Customer', sales_segment: 'smb', ...nothing },
    subs: [{ id: 'S1', name: 'A-S1', subscription_id: 'a1', status: 'Active', sold_to_email: null, ...days }],
    charges: [{ id: 'C1', name: 'C-1', charge_name, subscription_id: 'a1', quantity: 10, ...days }],
  }
}
