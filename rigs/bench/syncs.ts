import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, type SandboxOptions, startSandbox } from '@support-sync/fixtures/sandbox'
import type { World } from '@support-sync/fixtures/world'
import { durationText } from '@support-sync/shared/runtime/text'
import { everyWrite } from '../every-write.ts'
import { TODAY } from './accounts.ts'
import { modelRow, served } from './gathers.ts'
import { writeLines } from './lines.ts'
import { createRequests, updateRequests } from './model.ts'
import type { Row } from './report.ts'
import { runBin } from './run-program.ts'
import { emptyWorld, FIRST_ID, organizations, plainObject } from './world.ts'

type Sizes = { updates: number; creates: number; latency: number }
type Plan = { updates?: object[]; creates?: object[] }

const JOB_MS = 1000
/** So short that the rate limit, not the jobs, decides the time. */
const SHORT_JOB_MS = 100
const JOBS = 25
/** The rate limit's minute, scaled down for the bench. */
const MINUTE_MS = 10_000
const PER_MINUTE = 700
/** The smallest plan: its rate limit decides the time even for a few updates. */
const SMALLEST_PER_MINUTE = 200

export async function benchSyncs(dir: string, sizes: Sizes): Promise<Row[]> {
  return [
    ...(await benchJobBound(dir, sizes)),
    ...(await benchRateBound(dir, { ...sizes, updates: Math.ceil(sizes.updates / 2) })),
    ...(await benchFullRate(dir, sizes)),
    ...(await benchAssociations(dir, sizes)),
  ]
}

/** Updates limited only by the jobs. */
async function benchJobBound(dir: string, { updates, latency }: Sizes): Promise<Row[]> {
  const world = updatable(updates)
  const zendesk = { jobs: { queuedMs: JOB_MS, itemMs: 0 } }
  const { run, sandbox } = await sync(
    dir,
    'sync-usgov',
    world,
    { updates: updateRecords(updates) },
    { zendesk },
    latency,
  )
  const batches = Math.ceil(updates / 100)
  const ideal = Math.max(JOB_MS, (batches / JOBS) * JOB_MS)
  const size = `${updates.toLocaleString('en')} updates`
  const { count } = served(sandbox.usgov.controls.requests)
  const detail = `${durationText(run.workMs)}; ${batches} jobs of ${JOB_MS} ms, ${JOBS} at a time: ${durationText(ideal)}; ${count} requests`
  return [
    {
      section: 'syncs',
      what: 'bound by jobs',
      size,
      figure: '× ideal',
      value: run.workMs / ideal,
      limit: 1.2,
      detail,
    },
    {
      section: 'syncs',
      what: 'bound by jobs',
      size,
      figure: 'peak MB',
      value: Math.round(run.peakMb),
      detail: `CPU ${durationText(run.cpuMs)}`,
    },
    modelRow('syncs', 'bound by jobs', size, count, updateRequests(updates)),
  ]
}

/** Updates limited by the smallest plan's rate. */
async function benchRateBound(dir: string, { updates, latency }: Sizes): Promise<Row[]> {
  const zendesk = {
    jobs: { queuedMs: SHORT_JOB_MS, itemMs: 0 },
    requestsPerMinute: SMALLEST_PER_MINUTE,
    minuteMs: MINUTE_MS,
  }
  const plan = { updates: updateRecords(updates) }
  const { run, sandbox } = await sync(dir, 'sync-usgov', updatable(updates), plan, { zendesk }, latency)
  // Each batch is read back.
  const ideal = (updateRequests(updates) / SMALLEST_PER_MINUTE) * MINUTE_MS
  const { requests } = sandbox.usgov.controls
  const detail = `${durationText(run.workMs)}; ${updateRequests(updates)} requests at ${SMALLEST_PER_MINUTE} a minute (of ${durationText(MINUTE_MS)}): ${durationText(ideal)}`
  const size = `${updates.toLocaleString('en')} updates`
  return [
    {
      section: 'syncs',
      what: 'bound by the rate',
      size,
      figure: '× ideal',
      value: run.workMs / ideal,
      limit: 1.2,
      detail,
    },
    refusalsRow('bound by the rate', size, requests),
  ]
}

/** Creates with one request each, as fast as a plan of 700 requests per minute allows. */
async function benchFullRate(dir: string, { creates, latency }: Sizes): Promise<Row[]> {
  const count = Math.max(creates, PER_MINUTE * 2)
  const zendesk = { requestsPerMinute: PER_MINUTE, minuteMs: MINUTE_MS }
  const plan = { creates: createRecords(count, 'usgov') }
  const { sandbox } = await sync(dir, 'sync-usgov', emptyWorld(), plan, { zendesk }, latency)
  const { requests } = sandbox.usgov.controls
  const size = `${count.toLocaleString('en')} creates`
  const windows = wholeWindows(requests.map(({ startedAt }) => startedAt))
  const used = windows.reduce((sum, window) => sum + window, 0) / (windows.length * PER_MINUTE)
  return [
    {
      section: 'syncs',
      what: '700 a minute',
      size,
      figure: '% used',
      value: used * 100,
      limit: 95,
      atLeast: true,
      detail: `requests in each whole minute (of ${durationText(MINUTE_MS)}): ${windows.join(', ')}`,
    },
    refusalsRow('700 a minute', size, requests),
  ]
}

/** Creates whose only sold-to contact is already a user. */
async function benchAssociations(dir: string, { creates, latency }: Sizes): Promise<Row[]> {
  const world = emptyWorld()
  world.global.users = Array.from({ length: creates }, (_, index) => ({
    id: FIRST_ID + index,
    name: `Person ${index}`,
    email: `person.${index}@customer.example.com`,
    role: 'end-user',
    organization_id: null,
  }))
  const plan = {
    creates: createRecords(creates, 'global').map((object, index) => ({
      ...object,
      sold_tos: [`person.${index}@customer.example.com`],
    })),
  }
  const { run, sandbox } = await sync(dir, 'sync-global', world, plan, {}, latency)
  const { count } = served(sandbox.global.controls.requests)
  const size = `${creates.toLocaleString('en')} creates`
  const what = 'with a sold-to contact'
  return [
    {
      section: 'syncs',
      what,
      size,
      figure: 'requests each',
      value: count / creates,
      limit: 3.01,
      detail: `${durationText(run.workMs)}: create, search of the user, membership`,
    },
    modelRow('syncs', what, size, count, createRequests(creates, 1)),
  ]
}

async function sync(
  dir: string,
  stage: 'sync-usgov' | 'sync-global',
  world: World,
  { updates = [], creates = [] }: Plan,
  options: SandboxOptions,
  latency: number,
) {
  const instance = stage === 'sync-usgov' ? 'usgov' : 'global'
  const dataDir = join(dir, stage)
  mkdirSync(dataDir, { recursive: true })
  writeLines(join(dataDir, `${instance}_updates.json`), updates)
  writeLines(join(dataDir, `${instance}_creates.json`), creates)
  writeLines(join(dataDir, `${instance}_not_in_sync.json`), [])
  writeLines(join(dataDir, `zendesk_${instance}.json`), [{ ...plainObject(instance, 0), id: 1 }])
  const sandbox = await startSandbox(world, options)
  sandbox[instance].controls.fail({ effect: { kind: 'latency', milliseconds: latency } })
  try {
    const args = ['--today', TODAY, '--allow-mass-change', everyWrite(stage)]
    return { run: await runBin(stage, 'sync', dataDir, args, sandbox.environment), sandbox }
  } finally {
    await sandbox.close()
  }
}

function updatable(count: number): World {
  const world = emptyWorld()
  world.usgov.organizations = organizations(count, 'usgov')
  return world
}

function updateRecords(count: number): object[] {
  return organizations(count, 'usgov').map(({ id }, index) => ({
    id,
    ...plainObject('usgov', index + 1),
    changes: { account_owner: { from: null, to: 'Dana Whitfield' } },
  }))
}

function createRecords(count: number, instance: 'usgov' | 'global'): object[] {
  const more = instance === 'global' ? { sold_tos: [] } : {}
  return Array.from({ length: count }, (_, index) => ({ ...plainObject(instance, index + 1), ...more }))
}

function refusalsRow(what: string, size: string, requests: Sandbox['usgov']['controls']['requests']): Row {
  const value = requests.filter(({ status }) => status === 429).length
  return {
    section: 'syncs',
    what,
    size,
    figure: 'answers of 429',
    value,
    limit: 1,
    detail: `of ${requests.length} requests`,
  }
}

/** The requests in each full window. A window starts with the first request after the previous one. */
function wholeWindows(times: readonly number[]): number[] {
  const counts: number[] = []
  let [end, count] = [Number.NEGATIVE_INFINITY, 0]
  for (const time of times) {
    if (time >= end) {
      if (count > 0) counts.push(count)
      end = time + MINUTE_MS
      count = 0
    }
    count += 1
  }
  return counts
}
