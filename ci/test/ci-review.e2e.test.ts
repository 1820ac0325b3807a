import { createHash } from 'node:crypto'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { everyWrite } from '../../rigs/every-write.ts'
import { startPipelines } from './pipelines.ts'

/** Review, then apply exactly that: a dry run, and a second pipeline that resumes with its artifacts. */

let sandbox: Sandbox
let pipelines: Awaited<ReturnType<typeof startPipelines>>
beforeEach(async () => {
  const options = { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL }
  sandbox = await startSandbox(buildWorld('2026-11-23'), options)
  pipelines = await startPipelines({
    ...sandbox.environment,
    ALLOW_MASS_CHANGE: `${everyWrite('sync-usgov')},${everyWrite('partner-sync')}`,
  })
})
afterEach(async () => {
  await pipelines.close()
  await sandbox.close()
})

const PLAN = ['usgov_creates.json', 'usgov_updates.json', 'usgov_not_in_sync.json']
const PARTNER_PLAN = ['creates.json', 'updates.json', 'not_in_sync.json']
/** The checksums of a stage's plan, from the artifacts of the newest job of that name. */
function sumsOf(job: string, stage: string, plan = PLAN): string[] {
  const { zip } = pipelines.server.jobs.findLast(({ name }) => name === job) ?? {}
  const files = unzipSync(zip ?? new Uint8Array())
  return plan.map(name => {
    const content = files[`packages/${stage}/data/${name}`]
    if (!content) throw new Error(`${job} has no ${name}`)
    return createHash('sha256').update(content).digest('hex')
  })
}
const apply = (id: number, resumeRun: number) =>
  pipelines.run({ id, startFrom: 'sync-usgov', resumeRun, stages: ['sync-usgov'] })
const USGOV = ['accounts', 'orgs', 'processor', 'compare-usgov', 'sync-usgov'] as const

test('a dry run’s plan is applied exactly once, although Salesforce and Zendesk have changed', async () => {
  const planned = await pipelines.run({ id: 100, isDryRun: true, stages: USGOV })
  expect(planned.get('sync-usgov:sync')?.output).toContain('"dry_run":true')
  expect(sandbox.usgov.controls.writes).toEqual([])
  const reviewed = sumsOf('sync-usgov:sync', 'sync-usgov')
  expect(sumsOf('compare-usgov:compare', 'compare-usgov')).toEqual(reviewed)
  sandbox.salesforce.tables.Account.length = 0

  const applied = await apply(200, 100)
  expect(applied.get('sync-usgov:sync')?.code).toBe(0)
  expect(sumsOf('sync-usgov:sync', 'sync-usgov')).toEqual(reviewed)
  expect(sandbox.usgov.controls.writes.length).toBeGreaterThan(0)

  const written = sandbox.usgov.controls.writes.length
  const again = await apply(300, 100)
  expect(again.get('sync-usgov:sync')).toMatchObject({
    code: 3,
    output: expect.stringContaining('NEWER_RUN_WROTE'),
  })
  expect(sandbox.usgov.controls.writes).toHaveLength(written)
}, 120_000)

test('a stage that makes its own plan applies the plan of a dry run, and makes a new one after a real run', async () => {
  const stages = ['partner-sync'] as const
  const sync = 'partner-sync:sync'
  const reviewedSums = () => sumsOf(sync, 'partner-sync', PARTNER_PLAN)
  const { controls } = sandbox.global
  const { Account } = sandbox.salesforce.tables
  const partners = Account.filter(({ Type }) => Type === 'Partner')
  for (const left of partners.slice(0, 4)) Account.splice(Account.indexOf(left), 1)
  // A guard stops the dry run. Its plan can be reviewed, and applied with a consent.
  const planned = await pipelines.run({
    id: 100,
    isDryRun: true,
    stages: ['accounts', 'orgs', 'processor', ...stages],
    variables: { ALLOW_MASS_CHANGE: '' },
  })
  expect(planned.get(sync)).toMatchObject({ code: 3, output: expect.stringContaining('MASS_CHANGE') })
  const reviewed = reviewedSums()
  Account.length = 20

  const asked = controls.requests.length
  const start = { startFrom: 'partner-sync', resumeRun: 100, stages } as const
  const applied = await pipelines.run({ id: 200, ...start })
  expect([...applied].map(([name, { code }]) => `${name} ${code}`)).toEqual([
    'partner-sync:salesforce 0',
    'partner-sync:zendesk 0',
    'partner-sync:compare 0',
    'partner-sync:sync 0',
    'record 0',
  ])
  expect(reviewedSums()).toEqual(reviewed)
  expect(controls.writes.length).toBeGreaterThan(0)
  // It did not gather again.
  expect(controls.requests.slice(asked).filter(({ url }) => /organizations.json.*page/.test(url))).toEqual([])

  // A plan can be applied only once: another run that resumes it is outdated, because this one has written.
  const again = await pipelines.run({ id: 300, ...start })
  expect(again.get(sync)?.output).toContain('NEWER_RUN_WROTE')

  // Run 200 wrote, so it has no plan to apply: a run that resumes it gathers again.
  await pipelines.run({ id: 400, ...start, resumeRun: 200 })
  expect(reviewedSums()).not.toEqual(reviewed)

  // If the reviewed plan has expired, a run does not make a new one, because nobody has reviewed that.
  for (const job of pipelines.server.jobs) if (job.name.startsWith('partner-sync:')) job.zip = null
  const written = controls.writes.length
  const lost = await pipelines.run({ id: 500, ...start })
  expect(lost.get('partner-sync:salesforce')).toMatchObject({
    code: 2,
    output: expect.stringContaining('run 100 was a dry run, and its plan of partner-sync is missing'),
  })
  expect(controls.writes).toHaveLength(written)
}, 240_000)
