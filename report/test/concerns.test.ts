import { expect, test } from 'vitest'
import { ID, OTHER, pageOf, reportOf, summaryOf, THIRD } from './report-builder.ts'
import { type SmallRun, smallRecord } from './small-run.ts'

/** What needs attention: the cards at the top of the report. */

/** An update that failed because another organization has the name. */
function failed(key: string) {
  return {
    action: 'update',
    key,
    id: 7,
    status: 'failed',
    http_status: null,
    code: 'DuplicateValue',
    attributes: [] as string[],
    error: 'taken',
  } as const
}

test('each concern has a hint: stopped stages, grouped failures, warnings', async () => {
  const { report } = await reportOf({
    stages: {
      accounts: {
        ...{ state: 'stopped', exit_code: 75 },
        error: {
          bin: 'gather',
          code: 'UPSTREAM_UNAVAILABLE',
          message: 'Salesforce is away',
          next: 'Run later.',
        },
      },
      processor: {
        summaries: [
          summaryOf('processor', [
            { code: 'UNMAPPED_CHARGES', message: 'Active charges are in no section', keys: ['Quantum'] },
          ]),
        ],
      },
      'sync-global': { state: 'records-failed', exit_code: 4, failures: [failed(ID), failed(OTHER)] },
    },
  })
  expect(report.concerns).toMatchObject([
    { kind: 'stopped', stage: 'accounts', code: 'UPSTREAM_UNAVAILABLE', next: 'Run later.' },
    {
      kind: 'failed',
      code: 'DuplicateValue',
      count: 2,
      keys: [ID, OTHER],
      next: expect.stringContaining('rename'),
    },
    { kind: 'warning', code: 'UNMAPPED_CHARGES', next: expect.stringContaining('plans.yml') },
  ])
})

test('records that failed before for the same reason are one concern, with its start', async () => {
  const syncGlobal = (keys: readonly string[]) => ({
    'sync-global': {
      ...({ state: 'records-failed', exit_code: 4 } as const),
      results: {},
      failures: keys.map(failed),
    },
  })
  const first = smallRecord({ stages: syncGlobal([ID, OTHER]) })
  const { report } = await reportOf({ stages: syncGlobal([ID, OTHER, THIRD]), last: first })
  expect(report.concerns).toMatchObject([
    { keys: [THIRD], since: null, message: 'One record failed to update: taken.' },
    {
      ...{ keys: [ID, OTHER], since: '2026-11-23T10:00:00.000Z' },
      message: '2 records failed to update, failing since 10:00 UTC: taken.',
    },
  ])
})

test('a create that failed because of its name and the mark held back for it are one concern', async () => {
  const error = `its name is taken by organization 7 of salesforce_id ${OTHER}`
  const create = {
    action: 'create',
    id: 7,
    status: 'failed',
    http_status: 422,
    code: 'NAME_TAKEN',
    error,
    attributes: [] as string[],
  } as const
  const warnings = [
    { code: 'NAME_HELD', message: 'A create did not succeed', keys: [`${ID}: organization 7`] },
    { code: 'RECORDS_FAILED', message: 'Some', keys: [ID, THIRD] },
  ]
  const { report } = await reportOf({
    stages: {
      'sync-global': {
        ...{ state: 'records-failed', exit_code: 4, summaries: [summaryOf('sync', warnings)] },
        failures: [
          { ...create, key: ID },
          { ...create, key: THIRD },
        ],
      },
    },
  })
  const next = expect.stringContaining('surviving salesforce_id')
  expect(report.concerns).toMatchObject([
    { kind: 'failed', code: 'NAME_HELD', count: 1, keys: [`${ID}: organization 7`], next },
    { kind: 'failed', code: 'NAME_TAKEN', count: 1, keys: [THIRD], next },
  ])
})

test('the first card has the accounts in doubt: highest ARR first, the reason, what is held back, what to do', async () => {
  const instances = ['global', 'usgov']
  const unknown = { reason: 'unknown_charge', charge_names: ['<b>Best</b> - 1 Year'], instances }
  const held = { id: 7, name: 'Acme', withheld: 'loss', reason: 'unknown_charge' }
  const changes = { support_level: { from: 'ultimate', to: 'premium' } }
  const warnings = [{ code: 'IN_DOUBT', message: 'Accounts are in doubt', keys: [ID] }]
  const run: SmallRun = {
    artifacts: {
      'processor/doubts.json': [
        { salesforce_id: ID, arr: 1000, ...unknown },
        { salesforce_id: OTHER, arr: 9000, reason: 'vanished', charge_names: [], instances: ['global'] },
      ],
      'compare-global/global_held.json': [
        { ...held, salesforce_id: ID, changes },
        { ...held, id: 8, salesforce_id: OTHER, withheld: 'mark', reason: 'vanished', changes: null },
        {
          ...held,
          id: 9,
          salesforce_id: 'ask Dana',
          withheld: 'mark',
          reason: 'keys_disagree',
          changes: null,
        },
      ],
    },
    stages: { 'compare-global': { summaries: [summaryOf('compare', warnings)] } },
  }
  const { report } = await reportOf(run)
  expect(report.doubts).toMatchObject({
    count: 3,
    arr: 10_000,
    accounts: [
      { key: OTHER, arr: 9000, reason: { kind: 'vanished' }, held: [{ changes: null }] },
      { key: ID, name: 'Acme', reason: { kind: 'unknown_charge' }, held: [{ changes }] },
      { key: 'ask Dana', arr: null, reason: { kind: 'keys_disagree' } },
    ],
  })
  expect(report.concerns).toEqual([])
  const page = await pageOf(run)
  expect(page.indexOf('<li class="concern')).toBe(page.indexOf('<li class="concern warning" id="doubts">'))
  expect(page).toContain('3 accounts in doubt <span class="where">ARR 10,000')
  expect(page).toContain('&#39;&lt;b&gt;Best&lt;/b&gt; - 1 Year&#39; is not in plans.yml.')
  expect(page).toContain('support_level &quot;ultimate&quot; → &quot;premium&quot;')
  expect(page).toContain('./support-sync unmapped')
})

test('a run without doubts.json still has the warning, and one without doubts has no card', async () => {
  const warnings = [{ code: 'IN_DOUBT', message: 'Accounts are in doubt', keys: [ID] }]
  const stages = { 'compare-global': { summaries: [summaryOf('compare', warnings)] } }
  expect((await reportOf({ stages })).report).toMatchObject({
    doubts: null,
    concerns: [{ code: 'IN_DOUBT' }],
  })
  expect(await pageOf({ artifacts: { 'processor/doubts.json': [] } })).not.toContain('id="doubts"')
})
