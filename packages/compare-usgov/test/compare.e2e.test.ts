import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

const ID = '001000000000001AAA'

test('US Government has its own attributes, creates no expired object, and marks partner types like all others', async () => {
  const data = dataDirectory({
    'doubts.json': [],
    'zendesk_usgov.json': [
      gatheredOrganization('usgov', 1, { salesforce_id: ID, number_of_seats: 3, arr: null }),
      gatheredOrganization('usgov', 2, { account_type: 'open_partner' }),
      // The fixtures' protected_ids protect this one by its Zendesk id.
      gatheredOrganization('usgov', 360002000001, { salesforce_id: 'sandpit' }),
    ],
    'usgov_accounts.json': [
      objectOf('usgov', { salesforce_id: ID, name: 'Organization 1', number_of_seats: 3, arr: 0 }),
      objectOf('usgov', { salesforce_id: '001000000000002AAA', name: 'Gone', support_level: 'expired' }),
      objectOf('usgov', { salesforce_id: '001000000000003AAA', name: 'New', support_level: 'custom' }),
    ],
  })
  const { exitCode } = await spawnBin('compare-usgov', 'compare', ['--data-dir', data.path])
  expect(exitCode).toBe(0)
  expect(data.records('usgov_updates.json')).toMatchObject([
    { id: 1, changes: { arr: { from: null, to: 0 } } },
  ])
  expect(Object.keys(Object(data.records('usgov_updates.json')?.[0]?.changes))).toEqual(['arr'])
  expect(data.records('usgov_creates.json')).toMatchObject([{ salesforce_id: '001000000000003AAA' }])
  expect(data.records('usgov_creates.json')?.[0]).not.toHaveProperty('sold_tos')
  expect(data.records('usgov_not_in_sync.json')).toMatchObject([{ id: 2 }])
})
