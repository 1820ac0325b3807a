import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { durationText } from '@support-sync/shared/runtime/text'
import { CONCURRENT_REQUESTS } from '@support-sync/shared/services/salesforce'
import { TODAY } from './accounts.ts'
import { accountMinutes, accountRequests, organizationRequests } from './model.ts'
import type { Row } from './report.ts'
import { runBin } from './run-program.ts'
import { addAccounts, emptyWorld, organizations, PAGES, shapeOf } from './world.ts'

type Sizes = { organizations: number; gatheredAccounts: number; latency: number }

/** The two gathers that grow with the data, against the sandbox with latency. */
export async function benchGathers(dir: string, sizes: Sizes): Promise<Row[]> {
  return [...(await benchOrganizations(dir, sizes)), ...(await benchAccounts(dir, sizes))]
}

async function benchOrganizations(dir: string, { organizations: count, latency }: Sizes): Promise<Row[]> {
  const world = emptyWorld()
  world.global.organizations = organizations(count, 'global')
  const sandbox = await startSandbox(world)
  sandbox.global.controls.fail({ effect: { kind: 'latency', milliseconds: latency } })
  const run = await gather(sandbox, dir, 'orgs', 'gather_global')
  const size = `${count.toLocaleString('en')} organizations`
  const limitMb = count <= 500_000 ? 250 : undefined
  return rowsOf(
    'orgs',
    size,
    run,
    served(sandbox.global.controls.requests),
    organizationRequests(count),
    limitMb,
  )
}

/**
 * The latency of a page: a third of what the model assumes for Salesforce, to save time. The comparison passes the
 * measured time to the model.
 */
const PAGE_MS = 700

async function benchAccounts(dir: string, { gatheredAccounts: count }: Sizes): Promise<Row[]> {
  const world = emptyWorld()
  addAccounts(world, count)
  const sandbox = await startSandbox(world, { salesforce: { pages: PAGES, rowsStay: true } })
  sandbox.salesforce.controls.fail({ effect: { kind: 'latency', milliseconds: PAGE_MS } })
  const run = await gather(sandbox, dir, 'accounts', 'gather')
  const size = `${count.toLocaleString('en')} accounts`
  const shape = shapeOf(count)
  const requests = served(sandbox.salesforce.controls.requests)
  const pageMs = requests.ms / requests.count
  const modelledMs = accountMinutes(count, { pageMs, shape }) * 60_000
  return [
    {
      section: 'gathers',
      what: 'accounts',
      size,
      figure: "% off the model's time",
      value: (Math.abs(run.workMs - modelledMs) / modelledMs) * 100,
      limit: 10,
      detail: `${durationText(run.workMs)}, ${durationText(modelledMs)} by the model; ${durationText(pageMs)} a request, ${CONCURRENT_REQUESTS} at once`,
    },
    memoryRow('accounts', size, run, count <= 200_000 ? 300 : undefined),
    modelRow('gathers', 'accounts', size, requests.count, accountRequests(count, shape)),
  ]
}

async function gather(sandbox: Sandbox, dir: string, stage: string, bin: string) {
  const dataDir = join(dir, stage)
  mkdirSync(dataDir, { recursive: true })
  try {
    return await runBin(stage, bin, dataDir, ['--today', TODAY], sandbox.environment)
  } finally {
    await sandbox.close()
  }
}

type Served = { startedAt: number; endedAt: number | null }

/** The server's time for the requests: its latency, and building each page. */
export function served(requests: readonly Served[]): { count: number; ms: number } {
  const ms = requests.reduce((sum, { startedAt, endedAt }) => sum + ((endedAt ?? startedAt) - startedAt), 0)
  return { count: requests.length, ms }
}

function rowsOf(
  what: string,
  size: string,
  run: Awaited<ReturnType<typeof runBin>>,
  { count, ms }: { count: number; ms: number },
  modelled: number,
  limitMb: number | undefined,
): Row[] {
  const section = 'gathers'
  const detail = `${durationText(run.workMs)} for ${count} requests, of which the server took ${durationText(ms)}`
  return [
    { section, what, size, figure: '× the requests', value: run.workMs / ms, limit: 1.15, detail },
    memoryRow(what, size, run, limitMb),
    modelRow(section, what, size, count, modelled),
  ]
}

function memoryRow(
  what: string,
  size: string,
  run: Awaited<ReturnType<typeof runBin>>,
  limit: number | undefined,
): Row {
  return {
    section: 'gathers',
    what,
    size,
    figure: 'peak MB',
    value: Math.round(run.peakMb),
    ...(limit === undefined ? {} : { limit }),
    detail: `CPU ${durationText(run.cpuMs)}`,
  }
}

/** The difference between the model and the counted requests. */
export function modelRow(
  section: string,
  what: string,
  size: string,
  counted: number,
  modelled: number,
): Row {
  return {
    section,
    what,
    size,
    figure: '% off the model',
    value: (Math.abs(counted - modelled) / counted) * 100,
    limit: 10,
    detail: `${counted} requests counted, ${modelled} by the model`,
  }
}
