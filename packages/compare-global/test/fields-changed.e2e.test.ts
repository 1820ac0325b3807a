import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

const idOf = (n: number) => `001${String(n).padStart(12, '0')}AAA`

function object(n: number, given: Record<string, unknown> = {}) {
  return objectOf('global', {
    salesforce_id: idOf(n),
    sfdc_short_id: idOf(n).slice(0, 15),
    name: `Company ${n}`,
    account_owner: 'Ada',
    ...given,
  })
}

/** A gathered record of an instance that lacks a usable field for some attributes. */
function organization(n: number, lacking: readonly string[], given: Record<string, unknown> = {}) {
  const record = gatheredOrganization('global', n, { ...object(n), id: n, ...given })
  return Object.fromEntries(Object.entries(record).filter(([key]) => ![...lacking, 'sold_tos'].includes(key)))
}

const LACKING = ['org_region', 'sub_edu', 'seats_decimal', 'expiration_date']

async function compare(
  organizations: readonly unknown[],
  objects: readonly unknown[],
  stamps: Record<string, unknown> = {},
) {
  const data = dataDirectory({
    'protected_ids.yml': '[]',
    'doubts.json': [],
    'zendesk_global.json': organizations,
    'global_accounts.json': objects,
  })
  data.put('stamps.json', JSON.stringify(stamps))
  const args = ['--data-dir', data.path, '--protected-ids', `${data.path}/protected_ids.yml`]
  if (organizations.length === 0) args.push('--allow-mass-change', 'compare-global:empty=1')
  return { data, ...(await spawnBin('compare-global', 'compare', args)) }
}

describe('attributes that the gathered records lack', () => {
  test('are not sent if the gather has no records and its stamp names them', async () => {
    const stamp = {
      stage: 'orgs',
      artifact: 'zendesk_global.json',
      sha256: 'x',
      instance: 'https://example.zendesk.com',
      read_at: '2026-11-23T10:00:00.000Z',
      run_id: '1',
      without: LACKING,
    }
    const { data, exitCode } = await compare([], [object(1)], { 'zendesk_global.json': stamp })
    expect(exitCode).toBe(0)
    const [create = {}] = data.records('global_creates.json') ?? []
    expect(create).toMatchObject({ salesforce_id: idOf(1), account_owner: 'Ada' })
    for (const key of LACKING) expect(create).not.toHaveProperty(key)
  })

  test('are neither compared nor sent; all others are', async () => {
    const { data, exitCode } = await compare(
      [
        organization(1, LACKING),
        organization(2, LACKING, { account_owner: 'Bob' }),
        organization(3, LACKING, { support_level: 'gold' }),
      ],
      [
        object(1, { org_region: 'emea', sub_edu: true, seats_decimal: 5 }),
        object(2, { org_region: 'emea', sub_edu: true }),
        object(4, { org_region: 'apj', sub_edu: true, seats_decimal: 5 }),
      ],
    )
    expect(exitCode).toBe(0)
    const updates = data.records('global_updates.json') ?? []
    expect(updates.map(({ id, changes }) => [id, changes])).toEqual([
      [2, { account_owner: { from: 'Bob', to: 'Ada' } }],
    ])
    const [create = {}] = data.records('global_creates.json') ?? []
    expect(create).toMatchObject({ salesforce_id: idOf(4), account_owner: 'Ada', sold_tos: [] })
    for (const key of LACKING) expect(create).not.toHaveProperty(key)
    const [mark = {}] = data.records('global_not_in_sync.json') ?? []
    expect(mark).toMatchObject({ id: 3, support_level: 'gold' })
    for (const key of LACKING) expect(mark).not.toHaveProperty(key)
  })

  test.each(['salesforce_id', 'sfdc_short_id', 'account_type', 'support_level', 'mark_for_deletion'])(
    'cannot include a deciding one: %s',
    async key => {
      const { exitCode, failure } = await compare([organization(1, [key])], [object(1)])
      expect(exitCode).toBe(2)
      expect(failure).toMatchObject({
        code: 'ARTIFACT_RECORD_INVALID',
        message: expect.stringContaining(key),
      })
    },
  )
})

test('the sync refuses a create without a deciding attribute', async () => {
  const { data } = await compare([organization(1, LACKING)], [object(4)])
  const [create = {}] = data.records('global_creates.json') ?? []
  data.put('global_creates.json', [{ ...create, support_level: undefined }])
  const { exitCode, failure } = await spawnBin('sync-global', 'sync', ['--dry-run', '--data-dir', data.path])
  expect(exitCode).toBe(2)
  expect(failure).toMatchObject({ code: 'ARTIFACT_RECORD_INVALID' })
})
