import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { beforeAll, describe, expect, test } from 'vitest'

/** The nth account's salesforce_id: only digits, so its suffix is AAA. */
function idOf(n: number): string {
  return `${shortIdOf(n)}AAA`
}
function shortIdOf(n: number): string {
  return `001${String(n).padStart(12, '0')}`
}

function organization(n: number, given: Record<string, unknown> = {}) {
  return gatheredOrganization('global', n, {
    salesforce_id: idOf(n),
    sfdc_short_id: shortIdOf(n),
    name: `Company ${n}`,
    support_level: 'ultimate',
    ...given,
  })
}
function object(n: number, given: Record<string, unknown> = {}) {
  return objectOf('global', {
    salesforce_id: idOf(n),
    sfdc_short_id: shortIdOf(n),
    name: `Company ${n}`,
    support_level: 'ultimate',
    ...given,
  })
}

const PROTECTED = `
- "${shortIdOf(50)}"
- PRIORITY PROSPECT
- 52
- null
`

const data = dataDirectory({
  'protected_ids.yml': PROTECTED,
  'doubts.json': [],
  'zendesk_global.json': [
    organization(1),
    organization(2, { salesforce_id: shortIdOf(2) }),
    organization(3, { account_owner: '', technical_account_manager: ' Ada ', org_region: null }),
    organization(4, { support_hold: null, sub_edu: null }),
    organization(5, { seats_decimal: 3, aar: 10.005 }),
    organization(6, { seats_decimal: null }),
    organization(7, { mark_for_deletion: true }),
    organization(8, { name: 'Company eight' }),
    // Several organizations with the same salesforce_id, the lowest id not first.
    organization(92, { salesforce_id: idOf(9), sfdc_short_id: shortIdOf(9), support_level: 'gold' }),
    organization(91, { salesforce_id: shortIdOf(9), sfdc_short_id: shortIdOf(9), support_level: 'gold' }),
    // No object has these keys.
    organization(40),
    organization(41, { mark_for_deletion: true }),
    organization(42, { salesforce_id: 'DO NOT TOUCH' }),
    organization(50),
    organization(51, { salesforce_id: 'PRIORITY PROSPECT' }),
    organization(52),
    organization(53, { salesforce_id: null }),
    organization(60, { account_type: 'open_partner' }),
    organization(61, { account_type: 'select_partner' }),
    organization(62, { account_type: 'alliance_partner' }),
    organization(63, { account_type: 'former_partner' }),
    // Differs only in case from the object of account 70.
    organization(70, { salesforce_id: '001000000000abAAAQ' }),
  ],
  'global_accounts.json': [
    object(1),
    object(2),
    object(3, { account_owner: null, technical_account_manager: 'Ada', org_region: 'emea' }),
    object(4),
    object(5, { seats_decimal: 3.0, aar: 10.01 }),
    object(6, { seats_decimal: 0 }),
    object(7),
    object(8, { name: ' Company eight ' }),
    object(9, { name: 'Company 91' }),
    object(30, { sold_tos: ['ann@example.com'] }),
    object(31, { support_level: 'expired' }),
    object(70, { salesforce_id: '001000000000abaAAA' }),
  ],
})

type Records = Record<string, unknown>[]
let run: Awaited<ReturnType<typeof spawnBin>>
let updates: Map<unknown, Record<string, unknown>>
let creates: Records
let notInSync: Records

beforeAll(async () => {
  run = await spawnBin('compare-global', 'compare', [
    ...['--data-dir', data.path, '--protected-ids', `${data.path}/protected_ids.yml`],
  ])
  updates = new Map((data.records('global_updates.json') ?? []).map(record => [record.id, record]))
  creates = data.records('global_creates.json') ?? []
  notInSync = data.records('global_not_in_sync.json') ?? []
}, 30_000)

function changes(id: number): unknown {
  return updates.get(id)?.changes
}

describe('what is updated', () => {
  test('an organization without differences is in none of the three arrays', () => {
    expect(run.exitCode).toBe(0)
    expect(updates.has(1)).toBe(false)
    expect(notInSync.map(({ id }) => id)).not.toContain(1)
    expect(creates.map(({ salesforce_id }) => salesforce_id)).not.toContain(idOf(1))
  })

  test('an ordinary update corrects a 15-character id', () => {
    expect(changes(2)).toEqual({ salesforce_id: { from: shortIdOf(2), to: idOf(2) } })
  })

  test('text is compared trimmed, and null equals empty text', () => {
    expect(changes(3)).toEqual({ org_region: { from: null, to: 'emea' } })
    expect(updates.has(8)).toBe(false)
  })

  test('a checkbox that was never set counts as not checked', () => {
    expect(updates.has(4)).toBe(false)
  })

  test('numbers are compared at two decimals, and null differs from 0', () => {
    expect(updates.has(5)).toBe(false)
    expect(changes(6)).toEqual({ seats_decimal: { from: null, to: 0 } })
  })

  test('a marked organization that is entitled again is unmarked', () => {
    expect(changes(7)).toEqual({ mark_for_deletion: { from: true, to: false } })
  })

  test('if several organizations have the same salesforce_id, the lowest id is the match, and the others are left alone', () => {
    expect(changes(91)).toMatchObject({ support_level: { from: 'gold', to: 'ultimate' } })
    expect(updates.has(92)).toBe(false)
    expect(notInSync.map(({ id }) => id)).not.toContain(92)
    expect(data.summary('compare-global.compare').warnings).toEqual([
      { code: 'DUPLICATE_ORGANIZATIONS', message: expect.any(String), keys: ['92'] },
    ])
  })

  test('an update has id, salesforce_id, name, the object and the changes, but no sold_tos', () => {
    const update = updates.get(2)
    expect(update).toMatchObject({
      id: 2,
      salesforce_id: idOf(2),
      name: 'Company 2',
      support_level: 'ultimate',
    })
    expect(update).not.toHaveProperty('sold_tos')
  })

  test('nothing else is updated', () => {
    expect([...updates.keys()].sort()).toEqual([2, 3, 6, 7, 91])
  })
})

test('an object without an organization is created with its sold_tos, unless it is expired', () => {
  expect(creates).toMatchObject([
    { salesforce_id: idOf(30), sold_tos: ['ann@example.com'] },
    { salesforce_id: '001000000000abaAAA' },
  ])
})

test('an id matches on its first 15 characters, case-sensitive', () => {
  expect(notInSync.find(({ id }) => id === 70)).toMatchObject({ salesforce_id: '001000000000abAAAQ' })
})

test('an organization without an object is in not_in_sync as it was gathered, unless it is protected or a partner', () => {
  expect(notInSync.map(({ id }) => id).sort()).toEqual([40, 41, 42, 63, 70])
  expect(notInSync).toContainEqual(organization(42, { salesforce_id: 'DO NOT TOUCH' }))
})

test('after a sync of these three arrays, the next run finds nothing to do', async () => {
  const created = creates.map((record, index) => {
    const { sold_tos, ...attributes } = record
    return { id: 1000 + index, ...attributes }
  })
  const marked = new Set(notInSync.map(({ id }) => id))
  const after = (data.records('zendesk_global.json') ?? []).map(record => {
    const changed = updates.get(record.id)?.changes ?? {}
    const to = Object.fromEntries(Object.entries(changed).map(([key, change]) => [key, change.to]))
    return { ...record, ...to, ...(marked.has(record.id) ? { mark_for_deletion: true } : {}) }
  })
  const next = dataDirectory({
    'doubts.json': [],
    'zendesk_global.json': [...after, ...created],
    'global_accounts.json': data.records('global_accounts.json') ?? [],
    'protected_ids.yml': PROTECTED,
  })
  const { exitCode } = await spawnBin('compare-global', 'compare', [
    ...['--data-dir', next.path, '--protected-ids', `${next.path}/protected_ids.yml`],
  ])
  expect(exitCode).toBe(0)
  expect(next.records('global_updates.json')).toEqual([])
  expect(next.records('global_creates.json')).toEqual([])
  expect(next.records('global_not_in_sync.json')).toHaveLength(notInSync.length)
  expect(next.records('global_not_in_sync.json')?.every(record => record.mark_for_deletion)).toBe(true)
})

test('two objects with the same salesforce_id end with 2, and leave none of the three arrays', async () => {
  const twice = dataDirectory({
    'doubts.json': [],
    'zendesk_global.json': [organization(1)],
    'global_accounts.json': [object(1), object(1, { salesforce_id: shortIdOf(1) })],
    'global_updates.json': '[]',
  })
  const { exitCode, failure } = await spawnBin('compare-global', 'compare', ['--data-dir', twice.path])
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'ACCOUNT_TWICE' })
  expect(failure.message).toBe(`global_accounts.json: two accounts have the salesforce_id ${shortIdOf(1)}`)
  expect(['global_updates.json', 'global_creates.json', 'global_not_in_sync.json'].filter(twice.has)).toEqual(
    [],
  )
})

test('an invalid protected_ids.yml ends with 2, and the error names the entry', async () => {
  const bad = dataDirectory({
    'doubts.json': [],
    'zendesk_global.json': [organization(1)],
    'global_accounts.json': [object(1)],
    'protected_ids.yml': '- 1\n- {id: 2}\n',
  })
  const { exitCode, failure } = await spawnBin('compare-global', 'compare', [
    ...['--data-dir', bad.path, '--protected-ids', `${bad.path}/protected_ids.yml`],
  ])
  expect(exitCode).toBe(2)
  expect(failure.message).toContain('entry 2')
})
