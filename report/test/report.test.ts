import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeReport } from '../write-report.ts'
import { FROM_PREMIUM, ID, OTHER, PLANS, pageOf, reportOf, UPDATED } from './report-builder.ts'
import { account, object, type SmallRun, writeRun } from './small-run.ts'

test('support levels are counted as gathered and as they should be, other values separately', async () => {
  const { report } = await reportOf({
    artifacts: {
      'orgs/zendesk_global.json': [
        { support_level: 'gold' },
        { support_level: 'PLATINUM' },
        { support_level: null },
        { support_level: 'gold' },
      ],
      'processor/global_accounts.json': [{ support_level: 'gold' }, { support_level: 'ultimate' }],
    },
  })
  expect(report.levels).toEqual([
    {
      instance: 'global',
      levels: [
        { level: 'ultimate', before: 0, now: 1 },
        { level: 'gold', before: 2, now: 1 },
        { level: 'other', before: 1, now: 0 },
        { level: 'none', before: 1, now: 0 },
      ],
    },
  ])
})

test('changes are counted by attribute and instance, most changed first', async () => {
  const update = (id: number, changes: object) =>
    object('usgov', { id, salesforce_id: ID, name: 'A', changes })
  const { report } = await reportOf({
    artifacts: {
      'compare-global/global_updates.json': [UPDATED],
      'compare-usgov/usgov_updates.json': [
        update(1, { support_level: { from: 'gold', to: 'premium' } }),
        update(2, { support_level: { from: null, to: 'premium' } }),
      ],
    },
  })
  expect(report.attributes).toEqual([
    { attribute: 'support_level', global: 1, usgov: 2 },
    { attribute: 'seats_decimal', global: 1, usgov: 0 },
  ])
})

test('a changed record has its outcome and the reasons for its changes', async () => {
  const { records } = await reportOf({
    artifacts: {
      'accounts/salesforce_accounts.json': [account(ID, 'Acme', 'Premium - 1 Year')],
      'processor/plans_used.json': PLANS,
      'processor/overrides_used.json': [],
      'compare-global/global_updates.json': [UPDATED],
      'compare-global/global_creates.json': [
        object('global', { salesforce_id: OTHER, name: 'New', sold_tos: [] }),
      ],
      'sync-global/sync_results.json': [
        {
          action: 'update',
          key: ID,
          id: 7,
          status: 'failed',
          http_status: 422,
          code: 'RecordInvalid',
          attributes: [] as string[],
          error: 'no',
        },
        { action: 'create', key: OTHER, id: 8, status: 'written', http_status: 201, error: null },
        { action: 'associate', key: OTHER, id: 99, status: 'written', http_status: 201, error: null },
      ],
    },
    stages: { 'sync-global': { results: { update_failed: 1, create_written: 1 } } },
  })
  expect(records).toMatchObject([
    {
      ...{ stage: 'sync-global', action: 'create', key: OTHER, name: 'New', outcome: 'written' },
      outcomeTexts: ['user 99: associated with it'],
      explanation: ['Salesforce has no customer or former customer with this id.'],
    },
    {
      ...{ stage: 'sync-global', action: 'update', key: ID, id: 7, outcome: 'failed' },
      outcomeTexts: ['RecordInvalid: no (HTTP 422)'],
      changes: {
        support_level: {
          from: 'gold',
          to: 'premium',
          because: [...FROM_PREMIUM, 'level premium', 'support_level "premium"'],
        },
        seats_decimal: { because: [...FROM_PREMIUM, 'quantity 10, the highest', 'seats_decimal 10'] },
      },
      explanation: [
        'premium: "Premium - 1 Year" is active until 1 January 2027',
        expect.stringContaining('Subscription A-S1 → Global'),
      ],
    },
  ])
})

test('a mark shows why the organization should not exist, as the processor decided', async () => {
  const elsewhere = account(ID, 'Bureau', '12x5 US Citizen Support - 1 Year')
  const { records } = await reportOf({
    artifacts: {
      'accounts/salesforce_accounts.json': [elsewhere],
      'processor/plans_used.json': [
        { section: 'usgov_12x5', charge_name: '12x5 US Citizen Support - 1 Year' },
      ],
      'processor/overrides_used.json': [],
      'compare-global/global_not_in_sync.json': [
        object('global', { id: 3, salesforce_id: ID.slice(0, 15), name: 'Bureau' }),
      ],
      'compare-usgov/usgov_creates.json': [object('usgov', { salesforce_id: ID, name: 'Bureau' })],
    },
  })
  expect(records.map(({ explanation }) => explanation)).toEqual([
    [
      "There should be no organization: none of its subscriptions is this instance's.",
      'Subscription A-S1 → US Government: "12x5 US Citizen Support - 1 Year" is US Government\'s',
    ],
    [
      'custom: no candidate for a level, but sub_usgov_12x5 is set',
      expect.stringContaining('Subscription A-S1 → US Government'),
    ],
  ])
})

test('results and marks of an earlier run do not count for this run', async () => {
  const gone = (id: number, mark_for_deletion: boolean) =>
    object('global', { id, salesforce_id: `gone ${id}`, name: 'Gone', mark_for_deletion })
  const { records } = await reportOf({
    dryRun: true,
    artifacts: {
      'compare-global/global_not_in_sync.json': [gone(1, true), gone(2, false)],
      'sync-global/sync_results.json': [
        { action: 'mark', key: 'gone 2', id: 2, status: 'written', http_status: 200, error: null },
      ],
    },
    stages: { 'sync-global': { results: null } },
  })
  expect(records.map(({ key, outcome }) => [key, outcome])).toEqual([['gone 2', 'planned']])
})

test('a user is shown by id only: the page contains no email address and no name', async () => {
  const user = { email: 'mona@example.com', organization_id: 4, not_in_sfdc: false }
  const error = 'mona@example.com is already being used'
  const failed = {
    action: 'update',
    key: '31',
    id: 31,
    status: 'failed',
    http_status: 422,
    code: 'DuplicateValue',
    error,
    attributes: [] as string[],
  } as const
  const page = await pageOf({
    artifacts: {
      'usgov-user-sync/updates.json': [
        {
          id: 31,
          name: 'Mona Moving',
          ...user,
          changes: { name: { from: 'Mona Resting', to: 'Mona Moving' } },
        },
      ],
      'usgov-user-sync/creates.json': [{ name: 'Nils New', ...user, email: 'nils@example.com' }],
      'usgov-user-sync/sync_results.json': [failed],
    },
    stages: {
      'usgov-user-sync': {
        state: 'records-failed',
        exit_code: 4,
        results: { update_failed: 1 },
        failures: [failed],
      },
    },
  })
  expect(page).toContain('"31",31,null')
  expect(page).toContain('creates.json record 1')
  expect(page).not.toMatch(/example\.com|Mona|Nils/)
})

test('an extremely long text of an agent is cut, and the cut is visible', async () => {
  const { records } = await reportOf({
    artifacts: { 'compare-global/global_updates.json': [{ ...UPDATED, name: 'n'.repeat(10_000) }] },
  })
  expect(records[0]?.name).toMatch(/^n{300}… \(10,000 characters\)$/)
})

test('the verdict is one line: worked, worked but, or did not work', async () => {
  const verdict = async (run: SmallRun) => (await reportOf(run)).report.verdict
  expect(
    await verdict({ stages: { 'sync-global': { results: { update_written: 2, create_written: 1 } } } }),
  ).toEqual({
    state: 'good',
    text: 'It worked. 1 created, 2 updated.',
  })
  expect(await verdict({ dryRun: true })).toEqual({
    state: 'good',
    text: 'This was a dry run: nothing was written. All stages succeeded.',
  })
  const failed = {
    action: 'mark',
    key: ID,
    id: 7,
    status: 'failed',
    http_status: 422,
    code: null,
    error: null,
    attributes: [] as string[],
  } as const
  const some = { state: 'records-failed' as const, exit_code: 4, failures: [failed] }
  expect(await verdict({ stages: { 'sync-global': some } })).toEqual({
    state: 'attention',
    text: 'It worked, but one record failed. Nothing was written.',
  })
  const later = { ended_at: '2026-11-23T11:00:00.000Z' }
  expect(await verdict({ stages: { orgs: { state: 'records-failed', exit_code: 4 } } })).toEqual({
    state: 'attention',
    text: 'It worked, but orgs continued with incomplete data: see the warnings. Nothing was written.',
  })
  expect(await verdict({ stages: { processor: later } })).toEqual({
    state: 'attention',
    text: 'It worked. Nothing was written. Still to run: compare-global and compare-usgov, and the stages after them.',
  })
  const error = { bin: 'compare', code: 'NO_RECORDS', message: 'none', next: 'Look.' }
  expect(
    await verdict({
      stages: {
        'compare-global': { state: 'stopped', exit_code: 3, error },
        'sync-global': null,
        'partner-sync': null,
      },
    }),
  ).toEqual({
    state: 'bad',
    text: 'It did not work: compare-global stopped; 2 later stages did not run.',
  })
})

test('what a run did not reach is reported as unknown, not as empty', async () => {
  const { report } = await reportOf({
    artifacts: {
      'processor/unmapped_charges.json': [],
      'compare-usgov/usgov_updates.json': [],
      'compare-usgov/usgov_creates.json': [],
      'compare-usgov/usgov_not_in_sync.json': [],
    },
  })
  expect(report.unmapped).toEqual([])
  expect(report.withoutPlan).toEqual(['sync-global', 'partner-sync', 'usgov-user-sync'])
  const page = await pageOf({})
  expect(page).toContain('Unknown: the processor did not get this far.')
  expect(page).toContain('no complete plan of sync-global, partner-sync, sync-usgov, usgov-user-sync')
})

test('the report lists a broken artifact and shows the others', async () => {
  await using run = await writeRun({ artifacts: { 'compare-global/global_updates.json': [UPDATED] } })
  await writeFile(join(run.dir, 'compare-global', 'global_creates.json'), '[{"na')
  const page = await readFile(await writeReport(run), 'utf8')
  expect(page).toContain('global_creates.json is not valid JSON')
  expect(page).toContain(ID)
})

test('the policy allows only the page’s script and style, and no network access', async () => {
  const page = await pageOf({})
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'")
  const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  expect(policy).toBe(
    [
      "default-src 'none'",
      `script-src ${hash(/<script>(.*?)<\/script>/s.exec(page)?.[1])}`,
      `style-src ${hash(/<style>(.*?)<\/style>/s.exec(page)?.[1])}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
  )
  expect(page).not.toMatch(/ (style|on\w+)="/)
  expect(page).not.toMatch(/(?:src|href)="(?!#)/)
})

test('a name with HTML is only text in the page', async () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(1)>'
  const page = await pageOf({
    artifacts: {
      'compare-global/global_updates.json': [{ ...UPDATED, name: evil, salesforce_id: evil }],
      'processor/unmapped_charges.json': [{ charge_name: evil, accounts: 1, arr: 1, salesforce_ids: [evil] }],
    },
  })
  expect(page.match(/<\/script>/g)).toHaveLength(3)
  expect(page).not.toContain('<img')
})

test('only its owner can read the file', async () => {
  await using run = await writeRun({})
  expect((await stat(await writeReport(run))).mode & 0o777).toBe(0o600)
})

test('a directory without a run record is an error that names it, with a hint', async () => {
  await expect(writeReport({ dir: '/nowhere', name: 'nowhere' })).rejects.toMatchObject({
    code: 'NO_RUN_RECORD',
  })
})
