import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

const idOf = (n: number) => `001${String(n).padStart(12, '0')}AAA`

function organization(n: number, given: Record<string, unknown> = {}) {
  return gatheredOrganization('global', n, {
    salesforce_id: idOf(n),
    sfdc_short_id: idOf(n).slice(0, 15),
    ...given,
  })
}
function object(n: number, given: Record<string, unknown> = {}) {
  const ids = { salesforce_id: idOf(n), sfdc_short_id: idOf(n).slice(0, 15) }
  return objectOf('global', { ...ids, name: `Organization ${n}`, ...given })
}
function doubt(n: number, reason: string, instances = ['global', 'usgov']) {
  return { salesforce_id: idOf(n), instances, reason, charge_names: [], arr: 10 }
}

const data = dataDirectory({
  'protected_ids.yml': `- "${idOf(7)}"`,
  'doubts.json': [
    ...[1, 2, 4, 5, 7].map(n => doubt(n, 'unknown_charge')),
    doubt(3, 'vanished'),
    doubt(6, 'vanished', ['usgov']),
  ],
  'zendesk_global.json': [
    organization(1, { support_level: 'ultimate', account_owner: 'Old', seats_decimal: 9 }),
    organization(2, {
      support_level: 'premium',
      sub_edu: true,
      seats_decimal: 9,
      expiration_date: '2027-02-01',
    }),
    organization(3),
    organization(4, { mark_for_deletion: true, account_type: 'open_partner' }),
    organization(5, { salesforce_id: null }),
    organization(6),
    organization(7, { mark_for_deletion: true }),
    organization(8, { salesforce_id: 'PROSPECT', sfdc_short_id: idOf(1).slice(0, 15) }),
    organization(9),
  ],
  'global_accounts.json': [
    object(1, { support_level: 'expired', account_owner: 'New', seats_decimal: 0 }),
    object(2, {
      support_level: 'ultimate',
      sub_edu: false,
      seats_decimal: 3,
      expiration_date: '2027-01-01',
      sub_oss: true,
    }),
  ],
})

test('nothing is taken away from an account in doubt, and all other changes are planned', async () => {
  const args = [
    '--data-dir',
    data.path,
    '--today',
    '2026-11-23',
    '--protected-ids',
    `${data.path}/protected_ids.yml`,
  ]
  const { exitCode } = await spawnBin('compare-global', 'compare', args, { ALLIANCE_ACCOUNT_ID: idOf(9) })
  expect(exitCode).toBe(0)
  expect(data.records('global_not_in_sync.json')?.map(({ id }) => id)).toEqual([6])
  expect(data.records('global_held.json')).toMatchObject([
    {
      id: 1,
      withheld: 'loss',
      reason: 'unknown_charge',
      changes: { support_level: { from: 'ultimate', to: 'expired' }, seats_decimal: { from: 9, to: 0 } },
    },
    {
      id: 2,
      withheld: 'loss',
      changes: { sub_edu: { from: true }, seats_decimal: { to: 3 }, expiration_date: { to: '2027-01-01' } },
    },
    { id: 3, withheld: 'mark', reason: 'vanished', changes: null },
    { id: 5, salesforce_id: null, withheld: 'mark', reason: 'unknown_charge' },
    { id: 8, salesforce_id: 'PROSPECT', withheld: 'mark', reason: 'keys_disagree' },
  ])
  const updates = data.records('global_updates.json')?.map(({ id, changes }) => ({ id, changes }))
  expect(updates).toEqual([
    { id: 1, changes: { account_owner: { from: 'Old', to: 'New' } } },
    {
      id: 2,
      changes: { support_level: { from: 'premium', to: 'ultimate' }, sub_oss: { from: false, to: true } },
    },
    { id: 4, changes: { mark_for_deletion: { from: true, to: false } } },
  ])
  expect(data.summary('compare-global.compare')?.warnings).toMatchObject([
    { code: 'IN_DOUBT', keys: [idOf(1), idOf(2), idOf(3), 'organization 5', 'PROSPECT'] },
  ])
})

test('ids that disagree hold a mark back only if salesforce_id is not an id and sfdc_short_id is an object’s', async () => {
  const disagreeing = dataDirectory({
    'protected_ids.yml': '[]',
    'doubts.json': [doubt(60, 'unknown_charge'), doubt(61, 'vanished')],
    'zendesk_global.json': [
      organization(1),
      organization(2, { salesforce_id: 'PROSPECT', sfdc_short_id: idOf(50).slice(0, 15) }),
      organization(3, { sfdc_short_id: idOf(1).slice(0, 15) }),
      organization(4, { salesforce_id: 'PROSPECT', sfdc_short_id: idOf(1), mark_for_deletion: true }),
      // The account that it probably belongs to is in doubt, and has no object.
      organization(5, { salesforce_id: '#N/A', sfdc_short_id: idOf(60).slice(0, 15) }),
      organization(6, { salesforce_id: '#N/A', sfdc_short_id: idOf(61), mark_for_deletion: true }),
    ],
    'global_accounts.json': [object(1)],
  })
  const file = `${disagreeing.path}/protected_ids.yml`
  const args = ['--data-dir', disagreeing.path, '--today', '2026-11-23', '--protected-ids', file]
  const { exitCode } = await spawnBin('compare-global', 'compare', args)
  expect(exitCode).toBe(0)
  expect(disagreeing.records('global_not_in_sync.json')?.map(({ id }) => id)).toEqual([2, 3])
  expect(disagreeing.records('global_held.json')).toMatchObject([
    { id: 4, withheld: 'mark', reason: 'keys_disagree', changes: null },
    { id: 5, withheld: 'mark', reason: 'unknown_charge', changes: null },
    { id: 6, withheld: 'mark', reason: 'vanished', changes: null },
  ])
  // Only an account in doubt removes a mark.
  const updated = disagreeing.records('global_updates.json')?.map(({ id }) => id)
  expect(updated).toContain(6)
  expect(updated).not.toContain(4)
})
