import { RUN_MINUTES } from '@support-sync/shared/pipeline'
import Table from 'cli-table3'
import { shown } from './report.ts'

/** The capacity model: how many requests an hour's run makes, and how long they take. docs/capacity.md tells its use. */

const ZENDESK_PAGE = 100
const BATCH = 100
const JOBS_AT_A_TIME = 25
const SALESFORCE_PAGE = 2000
const CONTACTS_CHUNK = 500
/** Status requests for one load of jobs: one when they can be expected to have ended, and one or two after it. */
const ASKED_PER_LOAD = 3
const PLANS = [200, 400, 700, 2500]

/** What is assumed of the services' speed; measured in a sandbox it is whatever the sandbox is told. */
const ASSUMED = { zendeskMs: 300, salesforceMs: 2000, jobMs: 10_000, offlineMsPer100k: 12_000 }

export type Size = {
  accounts: number
  globalOrganizations: number
  usgovOrganizations: number
  usgovUsers: number
  partners: number
  /** Of Global; US Government is taken to change in proportion. */
  updates: number
  creates: number
}

/** A count, and the pages; Zendesk tells by has_more when there are no more. */
export function organizationRequests(count: number): number {
  return 1 + Math.max(1, Math.ceil(count / ZENDESK_PAGE))
}

/** A token, and the pages, where children count as rows. A record is never split over two pages. */
export function accountRequests(
  count: number,
  { rowsEach, childPages }: { rowsEach: number; childPages: number } = { rowsEach: 6, childPages: 0 },
): number {
  return 1 + Math.ceil(count / Math.floor(SALESFORCE_PAGE / rowsEach)) + childPages
}

export function updateRequests(count: number): number {
  const batches = Math.ceil(count / BATCH)
  // Each batch is read back.
  return 2 * batches + Math.ceil(batches / JOBS_AT_A_TIME) * ASKED_PER_LOAD
}

/** A create, and for each sold-to contact the search for him and his membership. */
export function createRequests(count: number, soldTos: number): number {
  return count * (1 + 2 * soldTos)
}

type Stage = {
  stage: string
  instance: 'global' | 'usgov' | 'salesforce' | 'none'
  requests: number
  minutes: number
}

/** Each stage's requests and minutes with a plan of so many requests a minute. */
export function stagesOf(size: Size, perMinute: number): Stage[] {
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
    const byJobs = (jobs / JOBS_AT_A_TIME) * (ASSUMED.jobMs / 60_000)
    return { stage, instance, requests, minutes: Math.max(byRate, byLatency, byJobs) }
  }
  const salesforce = (stage: string, requests: number): Stage => {
    return { stage, instance: 'salesforce', requests, minutes: (requests * ASSUMED.salesforceMs) / 60_000 }
  }
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
    salesforce('accounts', accountRequests(size.accounts)),
    zendesk('orgs (Global)', 'global', organizationRequests(size.globalOrganizations), 1),
    zendesk('orgs (US Government)', 'usgov', organizationRequests(size.usgovOrganizations), 1),
    offline('processor'),
    offline('compare-global'),
    zendesk('sync-global creates', 'global', createRequests(size.creates, 1), 8),
    zendesk(
      'sync-global updates',
      'global',
      updateRequests(size.updates),
      JOBS_AT_A_TIME,
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
    salesforce('usgov-user-sync (contacts)', 1 + Math.ceil(size.usgovOrganizations / CONTACTS_CHUNK)),
  ]
}

/** The run's length: Salesforce, both lists, the processor; then the slower of the two instances' stages. */
export function minutesOf(stages: readonly Stage[]): number {
  const sum = (names: readonly string[]) =>
    stages.filter(({ stage }) => names.includes(stage)).reduce((total, { minutes }) => total + minutes, 0)
  // The two lists are bins of one stage and run one after the other.
  const before = sum(['accounts', 'orgs (Global)', 'orgs (US Government)', 'processor'])
  const global = sum(['compare-global', 'sync-global creates', 'sync-global updates', 'partner-sync'])
  const usgov = sum(['sync-usgov', 'usgov-user-sync', 'usgov-user-sync (contacts)'])
  return before + Math.max(global, usgov)
}

/** A customer base of so many accounts in an ordinary hour, or in its first run. */
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

const SIZES = [10_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]

/** The largest customer base, in thousands of accounts, whose run stays within its minutes. */
export function largest(hour: 'ordinary' | 'first', perMinute: number): number {
  let thousands = 0
  while (minutesOf(stagesOf(sizeOf((thousands + 1) * 1000, hour), perMinute)) <= RUN_MINUTES) thousands += 1
  return thousands * 1000
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
    `Assumed: ${ASSUMED.zendeskMs} ms a Zendesk request, ${ASSUMED.jobMs / 1000} s a job, ${ASSUMED.salesforceMs / 1000} s a Salesforce page.`,
  )
  return lines.join('\n')
}
