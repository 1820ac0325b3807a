import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { type RunRecord, readRunRecord } from '@support-sync/shared/runs/record'
import { GATHERED_IDS } from '@support-sync/shared/runtime/records'
import { strFromU8, unzipSync } from 'fflate'
import { expect, onTestFinished, test } from 'vitest'
import { startPipelines } from './pipelines.ts'

/** Pipelines of the real jobs, in which several jobs share the gather of accounts. */

const STAGES = ['accounts', 'orgs', 'processor'] as const

async function start() {
  const sandbox = await startSandbox(buildWorld('2026-11-23'), {
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
  })
  const project = await startPipelines(sandbox.environment)
  onTestFinished(async () => {
    await project.close()
    await sandbox.close()
  })
  /** The files of the newest record job. */
  function recorded(): { record: RunRecord; ids: Record<string, Record<string, number>> } {
    const job = project.server.jobs.findLast(({ name }) => name === 'record')
    const files = unzipSync(job?.zip ?? new Uint8Array())
    const record = readRunRecord(files[`record/${RUN_RECORD}`] ?? '')
    if (!record) throw new Error('the record job left no record')
    return { record, ids: JSON.parse(strFromU8(files[`record/${GATHERED_IDS}`] ?? new Uint8Array())) }
  }
  return { sandbox, project, recorded }
}

test('a run in three parts has the same record, and the guard sees all parts together', async () => {
  const { sandbox, project, recorded } = await start()
  const { tables } = sandbox.salesforce

  await project.run({ id: 100, stages: STAGES })
  const whole = recorded()
  const jobs = await project.run({ id: 200, stages: STAGES, parallel: 3 })
  expect([...jobs].map(([name, { code }]) => `${name}: ${code}`)).toEqual([
    'accounts:gather 1/3: 0',
    'accounts:gather 2/3: 0',
    'accounts:gather 3/3: 0',
    'orgs:gather_global: 0',
    'orgs:gather_us_government: 0',
    'processor:processor: 0',
    'record: 0',
  ])
  const inParts = recorded()
  const gather = (record: RunRecord) => record.gathered['accounts.gather']
  expect(gather(inParts.record)).toEqual({ ...gather(whole.record), run_id: '200' })
  expect(inParts.ids).toEqual(whole.ids)
  const stageOf = ({ record }: { record: RunRecord }, name: string) =>
    record.stages.find(({ stage }) => stage === name)
  expect(stageOf(inParts, 'accounts')).toMatchObject({ state: 'done', exit_code: 0 })
  expect(stageOf(inParts, 'accounts')?.summaries[0]?.records_out).toEqual(
    stageOf(whole, 'accounts')?.summaries[0]?.records_out,
  )

  // A third of the accounts is gone. A single part cannot notice that.
  const gone = tables.Account.filter((_, index) => index % 3 === 0)
  tables.Account.splice(0, tables.Account.length, ...tables.Account.filter(row => !gone.includes(row)))
  const shrunk = await project.run({ id: 300, stages: STAGES, parallel: 3 })
  expect(shrunk.get('accounts:gather 2/3')?.code).toBe(0)
  expect(shrunk.get('processor:processor')?.code).toBe(3)
  expect(shrunk.get('processor:processor')?.output).toContain('GATHER_SHRANK')
  const consent = /accounts:gathered=\d+/.exec(shrunk.get('processor:processor')?.output ?? '')?.[0] ?? ''
  expect(consent).not.toBe('')
  // The next run does not compare with what the guard refused.
  expect(gather(recorded().record)).toEqual(gather(inParts.record))
  const again = await project.run({ id: 400, stages: STAGES, parallel: 2 })
  expect(again.get('processor:processor')?.code).toBe(3)

  const consented = { startFrom: 'processor', resumeRun: 400, stages: ['processor'] } as const
  const allowed = await project.run({ id: 500, ...consented, variables: { ALLOW_MASS_CHANGE: consent } })
  expect(allowed.get('processor:processor')?.code).toBe(0)
  expect(gather(recorded().record)?.run_id).toBe('500')
  expect(Object.keys(recorded().ids['accounts.gather'] ?? {}).length).toBe(
    gather(recorded().record)?.counts.accounts,
  )
}, 300_000)

test('if one of the jobs does not end, the stage has no result and the processor gets no accounts', async () => {
  const { project, recorded } = await start()
  await project.run({
    id: 100,
    stages: ['accounts'],
    parallel: 3,
    kill: ({ name }) => name === 'accounts:gather 3/3',
  })
  expect(recorded().record.stages.find(({ stage }) => stage === 'accounts')?.state).toBe('lost')
}, 60_000)

test('jobs cannot share the work of any other bin', async () => {
  const { project } = await start()
  const jobs = await project.run({
    id: 100,
    stages: ['orgs'],
    variables: { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' },
  })
  expect(jobs.get('orgs:gather_global')).toMatchObject({ code: 2 })
  expect(jobs.get('orgs:gather_global')?.output).toContain('NOT_IN_PARTS')
}, 60_000)
