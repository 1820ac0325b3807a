import { RUN_MINUTES } from '@support-sync/shared/pipeline'
import { RANGE_SIZE } from '@support-sync/shared/runtime/bin'
import { CONCURRENT_REQUESTS, concurrencyOf, RANGES_AHEAD } from '@support-sync/shared/services/salesforce'
import Table from 'cli-table3'
import { shown } from './report.ts'

/** The capacity model: how many requests an hourly run sends, and how long they take. docs/capacity.md explains its use. */

const ZENDESK_PAGE = 100
const BATCH = 100
const PARALLEL_JOBS = 25
const SALESFORCE_PAGE = 2000
const CONTACTS_CHUNK = 500
/** Status requests for one set of parallel jobs: one when they have probably ended, and one or two more. */
const ASKED_PER_LOAD = 3
const PLANS = [200, 400, 700, 2500]

/** The assumed speed of the services. A measurement uses the sandbox's settings instead. */
export const ASSUMED = { zendeskMs: 300, salesforceMs: 2000, jobMs: 10_000, offlineMsPer100k: 12_000 }
/** The model assumes that the accounts were created evenly over this many weeks. Ranges consist of whole weeks. */
const WEEKS = 520

export type Size = {
  accounts: number
  globalOrganizations: number
  usgovOrganizations: number
  usgovUsers: number
  partners: number
  /** The updates on Global. The model assumes proportionally as many on US Government. */
  updates: number
  creates: number
}

/** One request for the count, and one per page. The last page shows that it is the last (`has_more`). */
export function organizationRequests(count: number): number {
  return 1 + Math.max(1, Math.ceil(count / ZENDESK_PAGE))
}

type AccountShape = { rowsEach: number; childPages: number }
const PLAIN_ACCOUNTS: AccountShape = { rowsEach: 6, childPages: 0 }

/** A token, the count, and the pages of each range. Child rows count as rows, and no record is split over two pages. */
export function accountRequests(count: number, shape: AccountShape = PLAIN_ACCOUNTS): number {
  const { ranges, ofEach } = rangesOf(count)
  const pages = Math.ceil(ofEach / Math.floor(SALESFORCE_PAGE / shape.rowsEach))
  return ONE_BY_ONE + ranges * pages + shape.childPages
}

/** The token and the count are requested first, one after the other. The pages of several ranges come in parallel. */
const ONE_BY_ONE = 2

/**
 * How long the gather of accounts takes in `parts`. Each part requests its own token and count. Several ranges are open at
 * once, so that there is always one to request from. The last few ranges take longer: within a range, each page waits for
 * the page before it and for the child sets of that page.
 */
export function accountMinutes(
  count: number,
  { parts = 1, pageMs = ASSUMED.salesforceMs, shape = PLAIN_ACCOUNTS } = {},
): number {
  const share = count / parts
  const { ranges } = rangesOf(share)
  const ofRange = (accountRequests(share, shape) - ONE_BY_ONE) / ranges
  const open = RANGES_AHEAD.sources
  const last = ranges % open
  const pagesInTurn = (ofRange - shape.childPages / ranges) * (shape.childPages > 0 ? 2 : 1)
  const atOnce = concurrencyOf(parts)
  const inRounds = ((ranges - last) * ofRange) / atOnce
  const atTheEnd = last === 0 ? 0 : Math.max((last * ofRange) / atOnce, pagesInTurn)
  return ((ONE_BY_ONE + inRounds + atTheEnd) * pageMs) / 60_000
}

/** A range consists of as many whole weeks as fit into it. */
function rangesOf(count: number): { ranges: number; ofEach: number } {
  if (count <= RANGE_SIZE) return { ranges: 1, ofEach: count }
  const ofWeek = count / WEEKS
  const weeks = Math.max(1, Math.floor(RANGE_SIZE / ofWeek))
  return { ranges: Math.ceil(WEEKS / weeks), ofEach: Math.min(RANGE_SIZE, ofWeek * weeks) }
}

export function updateRequests(count: number): number {
  const batches = Math.ceil(count / BATCH)
  // Each batch is read back.
  return 2 * batches + Math.ceil(batches / PARALLEL_JOBS) * ASKED_PER_LOAD
}

/** One request per create, and two per sold-to contact: the search for the user, and the membership. */
export function createRequests(count: number, soldTos: number): number {
  return count * (1 + 2 * soldTos)
}

type Stage = {
  stage: string
  instance: 'global' | 'usgov' | 'salesforce' | 'none'
  requests: number
  minutes: number
}

/** Each stage's requests and minutes with a Zendesk plan that allows `perMinute` requests. */
export function stagesOf(size: Size, perMinute: number, parts = 1): Stage[] {
  const share = size.usgovOrganizations / Math.max(1, size.globalOrganizations)
  const zendesk = (
    stage: string,
    instance: 'global' | 'usgov',
    requests: number,
    atATime: number,
    jobs = 0,
  ): Stage => {
    const byRate = requests / perMinute
    const byLatency = (requests * ASSUMED.zendeskMs) / atATime / 60_000
    const byJobs = (jobs / PARALLEL_JOBS) * (ASSUMED.jobMs / 60_000)
    return { stage, instance, requests, minutes: Math.max(byRate, byLatency, byJobs) }
  }
  const contacts = (requests: number): Stage => ({
    stage: 'usgov-user-sync (contacts)',
    instance: 'salesforce',
    requests,
    minutes: (Math.ceil(requests / CONCURRENT_REQUESTS) * ASSUMED.salesforceMs) / 60_000,
  })
  const offline = (stage: string): Stage => {
    return {
      stage,
      instance: 'none',
      requests: 0,
      minutes: (size.accounts * ASSUMED.offlineMsPer100k) / 100_000 / 60_000,
    }
  }
  const usgovUpdates = Math.ceil(size.updates * share)
  const usgovCreates = Math.ceil(size.creates * share)
  return [
    {
      stage: 'accounts',
      instance: 'salesforce',
      requests: parts * accountRequests(size.accounts / parts),
      minutes: accountMinutes(size.accounts, { parts }),
    },
    zendesk('orgs (Global)', 'global', organizationRequests(size.globalOrganizations), 1),
    zendesk('orgs (US Government)', 'usgov', organizationRequests(size.usgovOrganizations), 1),
    offline('processor'),
    offline('compare-global'),
    zendesk('sync-global creates', 'global', createRequests(size.creates, 1), 8),
    zendesk(
      'sync-global updates',
      'global',
      updateRequests(size.updates),
      PARALLEL_JOBS,
      Math.ceil(size.updates / BATCH),
    ),
    zendesk(
      'partner-sync',
      'global',
      organizationRequests(size.globalOrganizations) + updateRequests(size.partners / 50),
      1,
    ),
    zendesk('sync-usgov', 'usgov', createRequests(usgovCreates, 0) + updateRequests(usgovUpdates), 8),
    zendesk(
      'usgov-user-sync',
      'usgov',
      organizationRequests(size.usgovOrganizations) +
        organizationRequests(size.usgovUsers) +
        updateRequests(size.usgovUsers / 50),
      1,
    ),
    contacts(1 + Math.ceil(size.usgovOrganizations / CONTACTS_CHUNK)),
  ]
}

/** The length of the run: the slowest gather, then the processor, then the slower instance's stages. */
export function minutesOf(stages: readonly Stage[]): number {
  const sum = (names: readonly string[]) =>
    stages.filter(({ stage }) => names.includes(stage)).reduce((total, { minutes }) => total + minutes, 0)
  const gathers = ['accounts', 'orgs (Global)', 'orgs (US Government)'].map(name => sum([name]))
  const before = Math.max(...gathers) + sum(['processor'])
  const global = sum(['compare-global', 'sync-global creates', 'sync-global updates', 'partner-sync'])
  const usgov = sum(['sync-usgov', 'usgov-user-sync', 'usgov-user-sync (contacts)'])
  return before + Math.max(global, usgov)
}

/** A customer base with this many accounts, in an ordinary hour or in its first run. */
export function sizeOf(accounts: number, hour: 'ordinary' | 'first'): Size {
  return {
    accounts,
    globalOrganizations: hour === 'first' ? accounts / 2 : accounts,
    usgovOrganizations: accounts / 25,
    usgovUsers: accounts / 10,
    partners: accounts / 50,
    updates: hour === 'first' ? accounts / 2 : Math.ceil(accounts / 100),
    creates: hour === 'first' ? accounts / 2 : Math.ceil(accounts / 1000),
  }
}

const SIZES = [10_000, 50_000, 100_000, 200_000, 350_000, 500_000, 1_000_000]
const PARTED_SIZES = [100_000, 350_000, 1_000_000]
const PARTS = [1, 4, 8]
const PARTED_PLAN = 400

/** The number of accounts, in whole thousands, of the largest customer base whose run ends in time. */
export function largest(hour: 'ordinary' | 'first', perMinute: number): number {
  let thousands = 0
  while (minutesOf(stagesOf(sizeOf((thousands + 1) * 1000, hour), perMinute)) <= RUN_MINUTES) thousands += 1
  return thousands * 1000
}

/** An ordinary hour in which several jobs share the gather: the minutes in all, of accounts, and of the longest stage. */
function partsTable(): string {
  const table = new Table({
    head: ['accounts', ...PARTS.map(parts => `${parts} ${parts === 1 ? 'job' : 'jobs'}`)],
    style: { head: [], border: [] },
  })
  for (const accounts of PARTED_SIZES) {
    const cells = PARTS.map(parts => {
      const stages = stagesOf(sizeOf(accounts, 'ordinary'), PARTED_PLAN, parts)
      const [longest] = stages.toSorted((one, other) => other.minutes - one.minutes)
      const gather = stages.find(({ stage }) => stage === 'accounts')
      return `${shown(minutesOf(stages))}: accounts ${shown(gather?.minutes ?? 0)}, ${longest?.stage} ${shown(longest?.minutes ?? 0)}`
    })
    table.push([accounts.toLocaleString('en'), ...cells])
  }
  return table.toString()
}

/** The model as tables. */
export function modelText(): string {
  const lines: string[] = []
  for (const hour of ['ordinary', 'first'] as const) {
    const table = new Table({
      head: ['accounts', 'requests to Global', ...PLANS.map(plan => `minutes at ${plan}/min`)],
      style: { head: [], border: [] },
    })
    for (const accounts of SIZES) {
      const size = sizeOf(accounts, hour)
      const requests = stagesOf(size, 700)
        .filter(({ instance }) => instance === 'global')
        .reduce((sum, stage) => sum + stage.requests, 0)
      const minutes = PLANS.map(plan => minutesOf(stagesOf(size, plan)))
      table.push([
        accounts.toLocaleString('en'),
        Math.round(requests).toLocaleString('en'),
        ...minutes.map(shown),
      ])
    }
    const limits = PLANS.map(plan => `${largest(hour, plan).toLocaleString('en')} at ${plan}/min`)
    lines.push(
      hour === 'ordinary'
        ? 'An ordinary hour: 1 % of the accounts change, 0.1 % are new.'
        : 'A first run: half of the accounts are new, the others all change.',
      table.toString(),
      `Within ${RUN_MINUTES} minutes: ${limits.join(', ')}.`,
      '',
    )
  }
  lines.push(
    `An ordinary hour at ${PARTED_PLAN} requests a minute, if several jobs share the gather of accounts (minutes):`,
    partsTable(),
    'Each cell: the whole run, its gather of accounts, and its longest stage. That stage reads a list by cursor, one page after the other, so more runners do not help.',
    '',
    `Assumed: ${ASSUMED.zendeskMs} ms a Zendesk request, ${ASSUMED.jobMs / 1000} s a job, ${ASSUMED.salesforceMs / 1000} s a Salesforce page.`,
  )
  return lines.join('\n')
}
