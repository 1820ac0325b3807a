import { findStage, STAGES } from '../../../pipeline/index.ts'
import type { Summary } from '../../../runtime/records/index.ts'
import { type RunRecord, readStage, recordRun, type StageRecord } from '../index.ts'

/** Builds run records for tests. */

export const AT = '2026-11-23T10:00:00.000Z'
export const GUARD = { code: 'MASS_CHANGE', message: '31 marks of 300 <all>', next: 'Look at the plan.' }

export function summary(bin: string, given: Partial<Summary> = {}): Summary {
  return {
    bin,
    started_at: AT,
    ended_at: '2026-11-23T10:00:02.000Z',
    exit_code: 0,
    dry_run: false,
    records_in: {},
    records_out: {},
    requests: 3,
    retries: 0,
    warnings: [],
    error: null,
    ...given,
  }
}

/** A stage as read from its files. */
export function stage(
  name: string,
  summaries: readonly Summary[],
  more: Record<string, unknown> = {},
): StageRecord {
  const row = findStage(name)
  if (!row) throw new Error(`no stage ${name}`)
  const files = new Map<string, Uint8Array>()
  const put = (path: string, value: unknown) =>
    files.set(path, new TextEncoder().encode(JSON.stringify(value)))
  for (const one of summaries) put(`summaries/${name}.${one.bin}.json`, one)
  for (const [path, value] of Object.entries(more)) put(path, value)
  return readStage(row, files)
}

/** Every stage is done, except the given ones. */
export function record(
  given: readonly StageRecord[],
  {
    last,
    ...run
  }: {
    last?: RunRecord
    dry_run?: boolean
    run_id?: string
    started_at?: string
    ended_at?: string
    asked?: readonly string[]
  } = {},
): RunRecord {
  const done = STAGES.map(({ stage: name, bins }) =>
    stage(
      name,
      bins.map(({ bin }) => summary(bin)),
    ),
  )
  const stages = new Map([...done, ...given].map(one => [one.stage, one]))
  return recordRun(
    {
      run_id: '100',
      commit: null,
      url: 'https://gitlab.example.com/1',
      dry_run: false,
      started_at: AT,
      ended_at: '2026-11-23T10:12:00.000Z',
      ...run,
    },
    stages,
    ({ stage }) => run.asked?.includes(stage) ?? true,
    last,
  )
}

export const timed = (name: string, ended_at: string) =>
  stage(
    name,
    (findStage(name)?.bins ?? []).map(({ bin }) => summary(bin, { ended_at })),
  )
export const LATER = '2026-11-23T11:00:00.000Z'
export const stopped = (code = 'MASS_CHANGE') =>
  stage('sync-usgov', [summary('sync', { exit_code: 3, error: { ...GUARD, code } })])
export const stateOf = ({ stages }: RunRecord, name: string) =>
  stages.find(({ stage }) => stage === name)?.state

export const failed = (id: number, code = 'DuplicateValue') => ({
  action: 'update',
  key: `00100000000${id}AAA`,
  id,
  status: 'failed',
  http_status: 422,
  code,
  attributes: ['name'],
  error: 'it is taken',
})
export const failingAt = (results: readonly unknown[], exit_code = 4) =>
  stage('sync-global', [summary('sync', { exit_code })], { 'sync_results.json': results })
export const hour = (hours: number) => ({
  started_at: new Date(Date.parse(AT) + hours * 3_600_000).toISOString(),
  ended_at: new Date(Date.parse(AT) + hours * 3_600_000 + 600_000).toISOString(),
  run_id: String(200 + hours),
})
