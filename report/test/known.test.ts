import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRecord } from '@support-sync/shared/runs/record'
import type { Summary } from '@support-sync/shared/runtime/records'
import { expect, test } from 'vitest'
import { runArtifacts } from '../model/artifacts.ts'
import { readReport } from '../model/read-report.ts'
import { writeReport } from '../write-report.ts'
import { account, object, type SmallRun, smallRecord, writeRun } from './small-run.ts'

/** New and known concerns, names and links, and counts that match. */

const ID = '001EX000000001AYAQ'
const OTHER = '001EX000000002BYAQ'
const THIRD = '001EX000000003CYAQ'
const BEFORE = '2026-11-23T10:00:00.000Z'
const NOW = { started_at: '2026-11-23T11:00:00.000Z', ended_at: '2026-11-23T11:06:00.000Z' }

function warned(code: string, keys: string[]): { summaries: Summary[] } {
  const counts = { records_in: {}, records_out: {}, requests: 0, retries: 0 }
  const at = { today: '2026-11-23', started_at: BEFORE, ended_at: BEFORE, exit_code: 0, dry_run: false }
  const warnings = [{ code, message: 'It is so', keys }]
  return { summaries: [{ bin: 'processor', ...at, ...counts, error: null, warnings }] }
}

async function reportOf(run: SmallRun, stamps: Record<string, object> = {}) {
  await using written = await writeRun(run)
  for (const [stage, stamp] of Object.entries(stamps)) {
    await mkdir(join(written.dir, stage), { recursive: true })
    await writeFile(join(written.dir, stage, 'stamps.json'), JSON.stringify(stamp))
  }
  const page = await readFile(await writeReport(written), 'utf8')
  const report = await readReport(smallRecord(run), runArtifacts(written), () => undefined, 100)
  return { report, page }
}

/** A run and the previous run. */
function after(first: SmallRun, second: SmallRun): SmallRun {
  return { ...second, last: smallRecord(first), at: NOW }
}

test('a warning is known if an earlier run reported all of its keys, and new as soon as it has another key', async () => {
  const first = { stages: { processor: warned('UNMAPPED_CHARGES', ['A', 'B']) } }
  const same = await reportOf(after(first, first))
  expect(same.report.concerns).toMatchObject([{ code: 'UNMAPPED_CHARGES', since: BEFORE, fresh: 0 }])
  expect(same.page).toContain('<p>Nothing new.</p>')
  expect(same.page).toContain('One is known from earlier runs')
  expect(same.page).toContain('known since 2026-11-23 10:00 UTC')

  const more = await reportOf(
    after(first, { stages: { processor: warned('UNMAPPED_CHARGES', ['A', 'B', 'C']) } }),
  )
  expect(more.report.concerns).toMatchObject([{ since: null, fresh: 1, keys: ['C', 'A', 'B'] }])
  expect(more.page).toContain('New in this run: 1 of 3')
  expect(more.page).not.toContain('from earlier runs')
})

test('a concern that was resolved in between is new again', async () => {
  const first = { stages: { processor: warned('UNMAPPED_CHARGES', ['A']) } }
  const settled = smallRecord(after(first, { stages: { processor: warned('X', []) } }))
  const again = smallRecord({ ...first, last: settled, at: NOW })
  expect(again.known.warnings.processor).toEqual({ UNMAPPED_CHARGES: { A: NOW.started_at } })
})

test('a stage that did not run, and a dry run, do not change what is known', () => {
  const first = smallRecord({ stages: { processor: warned('UNMAPPED_CHARGES', ['A']) } })
  expect(smallRecord({ stages: { processor: null }, last: first, at: NOW }).known).toEqual(first.known)
  const dry = { stages: { processor: warned('UNMAPPED_CHARGES', ['B']) }, dryRun: true, last: first, at: NOW }
  expect(smallRecord(dry).known).toEqual(first.known)
})

test('a stopped stage is never folded, and shows since when it has stopped', async () => {
  const error = { bin: 'gather', code: 'LOGIN_REFUSED', message: 'No', next: 'Look.' }
  const first = { stages: { accounts: { state: 'stopped' as const, exit_code: 2, error } } }
  const { report, page } = await reportOf(after(first, first))
  expect(report.concerns[0]).toMatchObject({
    kind: 'stopped',
    since: null,
    message: 'No (for 2 runs now, since 2026-11-23 10:00 UTC)',
  })
  expect(page).not.toContain('from earlier runs')
})

test('accounts in doubt: new ones first, known ones with their date, even if nothing is held back', async () => {
  const doubt = (salesforce_id: string, arr: number) => ({
    ...{ salesforce_id, arr, reason: 'vanished', charge_names: [], instances: ['global'] },
  })
  const processor = (keys: string[]) => ({ processor: { doubts: keys.map(key => key.slice(0, 15)) } })
  const run = after(
    { stages: processor([OTHER]) },
    {
      artifacts: {
        'processor/doubts.json': [doubt(ID, 10), doubt(OTHER, 9000)],
        'accounts/salesforce_accounts.json': [account(ID, 'New & Sons', 'Premium - 1 Year')],
      },
      stages: processor([ID, OTHER]),
    },
  )
  const { report, page } = await reportOf(run)
  expect(report.doubts?.accounts).toMatchObject([
    { key: ID, since: null },
    { key: OTHER, since: BEFORE },
  ])
  expect(page).toContain('and 1 more, known from earlier runs')
  expect(page).toContain('<b><bdi>New &amp; Sons</bdi></b>')
})

test('cards show names, with links to the services that the run read', async () => {
  const stamp = (stage: string, artifact: string, instance: string) => ({
    [artifact]: { stage, artifact, instance, sha256: '', read_at: BEFORE, run_id: 'run-7' },
  })
  const gathered = (id: number, salesforce_id: string | null, name: string) =>
    // As a gather writes it, with the ids and the name first.
    ({ id, salesforce_id, name, ...object('global', { id, salesforce_id, name }) })
  const { report } = await reportOf(
    {
      artifacts: {
        'accounts/salesforce_accounts.json': [account(ID, 'Acme', 'Premium - 1 Year')],
        'orgs/zendesk_global.json': [gathered(7, ID.slice(0, 15), 'Acme Inc'), gathered(8, null, 'By Hand')],
        'orgs/zendesk_usgov.json': [gathered(8, null, 'Bureau')],
        'processor/unmapped_charges.json': [
          { charge_name: 'Quantum', accounts: 1, arr: 5, salesforce_ids: [THIRD] },
        ],
      },
      stages: {
        processor: warned('OVERRIDE_WITHOUT_OBJECT', [ID, 'Quantum - 1 Year', OTHER, '8']),
        'compare-global': warned('DUPLICATE_ORGANIZATIONS', ['8']),
        'usgov-user-sync': warned('CONTACT_SUSPENDED', ['31']),
      },
    },
    {
      accounts: stamp('accounts', 'salesforce_accounts.json', 'https://acme.my.salesforce.com'),
      orgs: stamp('orgs', 'zendesk_global.json', 'https://acme.zendesk.com'),
      'usgov-user-sync': stamp('usgov-user-sync', 'zendesk_users.json', 'https://acme-gov.zendesk.com'),
    },
  )
  const organizations = 'https://acme.zendesk.com/agent/organizations'
  expect(report.names).toEqual({
    [`processor ${ID}`]: {
      name: 'Acme',
      salesforce: `https://acme.my.salesforce.com/${ID}`,
      zendesk: `${organizations}/7`,
    },
    [`processor ${OTHER}`]: {
      name: null,
      salesforce: `https://acme.my.salesforce.com/${OTHER}`,
      zendesk: null,
    },
    [`processor ${THIRD}`]: {
      name: null,
      salesforce: `https://acme.my.salesforce.com/${THIRD}`,
      zendesk: null,
    },
    // Both instances have an organization 8. Only the stage distinguishes them.
    'compare-global 8': { name: 'By Hand', salesforce: null, zendesk: `${organizations}/8` },
    'usgov-user-sync 31': {
      name: null,
      salesforce: null,
      zendesk: 'https://acme-gov.zendesk.com/agent/users/31',
    },
  })
})

test.each(['javascript:alert(1)', 'unknown', 'data:text/html,x'])(
  'an address that is not a web address (%s) does not become a link',
  async instance => {
    const artifact = 'salesforce_accounts.json'
    const stamp = { stage: 'accounts', artifact, instance, sha256: '', read_at: BEFORE, run_id: 'run-7' }
    const { report } = await reportOf({}, { accounts: { [artifact]: stamp } })
    expect(report.addresses.salesforce).toBeNull()
  },
)

const result = (action: string, key: string, id: number, status: string, attributes: string[] = []) => ({
  ...{ action, key, id, status, attributes, http_status: 200 },
  ...(status === 'failed' ? { code: 'RecordInvalid', error: 'no' } : { code: null, error: null }),
})
const update = (id: number, salesforce_id: string) =>
  object('global', { id, salesforce_id, name: 'A', changes: { arr: { from: 1, to: 2 } } })
const PLAN = { 'compare-global/global_updates.json': [update(7, ID), update(8, OTHER)] }

async function countsOf(results: object[], record: Partial<RunRecord['stages'][number]>) {
  const artifacts = { ...PLAN, 'sync-global/sync_results.json': results as Record<string, unknown>[] }
  const { report, page } = await reportOf({ artifacts, stages: { 'sync-global': record } })
  return { rows: report.reconciliation.rows, page }
}

test('the page says that the counts match', async () => {
  const { rows, page } = await countsOf(
    [result('update', ID, 7, 'written'), result('update', OTHER, 8, 'written')],
    {
      results: { update_written: 2 },
    },
  )
  expect(rows).toMatchObject([{ stage: 'sync-global', action: 'update', planned: 2, written: 2, failed: 0 }])
  expect(page).toContain('These counts match the plan and the table that the run printed.')
})

test('differing counts have reasons: partly written, several failures, not in the plan, without a result', async () => {
  const failures = ['arr', 'seats_decimal'].map(key => result('update', ID, 7, 'failed', [key]))
  const { rows, page } = await countsOf(
    [result('update', ID, 7, 'written'), ...failures, result('update', 'gone', 9, 'recognised')],
    { results: { update_written: 1, update_failed: 2, update_recognised: 1 }, failures: failures as never },
  )
  expect(rows).toMatchObject([
    { planned: 2, written: 0, recognised: 1, failed: 1, open: 1, beside: 1, in_part: 1 },
  ])
  expect(page).toContain('One record has no result: the sync stopped before it wrote it.')
  expect(page).toContain('One record is partly written')
  expect(page).toContain('One record is not in the plan but has a result')
  expect(page).toContain('counts 2 failures')
  expect(page).not.toContain('has different counts')
})

test('unexplained differences are reported', async () => {
  const { page } = await countsOf([result('update', ID, 7, 'written')], { results: { update_written: 5 } })
  expect(page).toContain('has different counts: the run wrote from other artifacts than these')
})

test('a budget that no run comes close to is a line; any other is a chart', async () => {
  const quiet = (await reportOf({})).page
  expect(quiet).toContain('Minutes per run: at most 6 minutes, 13 % of the limit of 45, in this run.')
  expect(quiet).not.toContain('<h3>Minutes per run</h3>')
  const long = await reportOf({ at: { started_at: BEFORE, ended_at: '2026-11-23T10:10:00.000Z' } })
  expect(long.page).toContain('<h3>Minutes per run</h3>')
  expect(long.page).toContain('at most 10 minutes, 22 % of the limit of 45 (the dashed line)')
})
