import { describe, expect, test } from 'vitest'
import { INSTANCE_SYNCS } from '../../../pipeline/index.ts'
import { objectOf } from '../../../runtime/bin/test/index.ts'
import { compareFiles, type JsonRecord, LARGE, linesText, organizationOf, SMALL } from './comparison-files.ts'

const SYNC = INSTANCE_SYNCS.global
const idOf = (n: number) => `00100000000000${n}AAA`

function object(n: number, given: JsonRecord = {}): JsonRecord {
  return objectOf('global', { name: `Account ${n}`, salesforce_id: idOf(n), ...given })
}
const organization = (n: number, given: JsonRecord = {}) => organizationOf(n, object(n, given))

type Options = Parameters<typeof compareFiles>[2]

/** The ids that a comparison updates and marks, and the accounts that it creates. */
async function foundWith(gathered: string, objects: string, options: Options) {
  const { updates, creates, not_in_sync } = await compareFiles(SYNC, { gathered, objects }, options)
  const listed = (text: string | undefined, key: string) =>
    JSON.parse(text ?? '').map((record: JsonRecord) => record[key])
  return {
    updates: listed(updates, 'id'),
    creates: listed(creates, 'salesforce_id'),
    not_in_sync: listed(not_in_sync, 'id'),
  }
}

describe.each([
  ['with all records in memory', SMALL],
  ['by checksums', LARGE],
])('%s', (_how, sizes) => {
  const found = (gathered: string, objects: string) => foundWith(gathered, objects, { sizes })
  const NOTHING = { updates: [], creates: [], not_in_sync: [] }

  describe('several records in one line', () => {
    const oneLine = (records: readonly JsonRecord[]) => records.map(record => JSON.stringify(record)).join()
    const mixed = (records: readonly JsonRecord[]) =>
      `[\n${records
        .slice(0, 2)
        .map(record => `${JSON.stringify(record)},\n`)
        .join('')}${oneLine(records.slice(2))}\n]\n`

    test('of objects are all compared', async () => {
      const gathered = linesText([1, 2, 3, 4].map(n => organization(n)))
      expect(await found(gathered, mixed([1, 2, 3, 4].map(n => object(n))))).toEqual(NOTHING)
      const changed = mixed([object(1), object(2), object(3), object(4, { name: 'New' }), object(5)])
      expect(await found(gathered, changed)).toEqual({ updates: [4], creates: [idOf(5)], not_in_sync: [] })
    })

    test('of organizations are all compared', async () => {
      const objects = linesText([1, 2, 3, 4].map(n => object(n)))
      expect(await found(mixed([1, 2, 3, 4].map(n => organization(n))), objects)).toEqual(NOTHING)
      const more = mixed([1, 2, 3, 4, 5].map(n => organization(n)))
      expect(await found(more, objects)).toEqual({ ...NOTHING, not_in_sync: [5] })
    })
  })

  /** A record with one of its attributes behind another one. */
  function moved(record: JsonRecord, key: string, behind: string): JsonRecord {
    const others = Object.entries(record).filter(([other]) => other !== key)
    const place = others.findIndex(([other]) => other === behind) + 1
    return Object.fromEntries(others.toSpliced(place, 0, [key, record[key]]))
  }

  test('a change is found in lines that have the attribute beside a key that is no attribute', async () => {
    const gathered = [1, 2, 3].map(n => organization(n))
    const objects = [object(1), object(2), object(3, { support_hold: true })]
    gathered[2] = moved(organization(3), 'support_hold', 'id')
    objects[2] = moved(object(3, { support_hold: true }), 'support_hold', 'sold_tos')
    expect(await found(linesText(gathered), linesText(objects))).toEqual({ ...NOTHING, updates: [3] })
  })

  describe('an invalid record', () => {
    const objects = linesText([1, 2, 3].map(n => object(n)))
    const invalid = { seats_decimal: 'many' }
    const gatheredWith = (n: number, given: JsonRecord) =>
      linesText([1, 2, 3, 4].map(other => organization(other, other === n ? given : {})))

    test.each([
      ['that is the first', 1, invalid],
      ['that differs from its object', 3, invalid],
      ['without an object', 4, invalid],
      ['without a salesforce_id', 2, { ...invalid, salesforce_id: null }],
      ['with an id that is no number', 2, { id: '2' }],
    ])('of an organization %s is refused', async (_which, n, given) => {
      await expect(found(gatheredWith(n, given), objects)).rejects.toMatchObject({
        code: 'ARTIFACT_RECORD_INVALID',
        message: expect.stringContaining(`zendesk_global.json: record ${n} (`),
      })
    })

    test('of an object is refused', async () => {
      const gathered = linesText([organization(1), organization(2)])
      await expect(found(gathered, linesText([object(1), object(2, invalid)]))).rejects.toMatchObject({
        code: 'ARTIFACT_RECORD_INVALID',
        message: expect.stringContaining('global_accounts.json: record 2 ('),
      })
    })

    test('of a second organization with the same key is refused', async () => {
      const second = { ...organization(3), id: 9, ...invalid }
      const gathered = linesText([1, 2, 3].map(n => organization(n)).concat(second))
      await expect(found(gathered, objects)).rejects.toMatchObject({
        code: 'ARTIFACT_RECORD_INVALID',
        message: expect.stringContaining('zendesk_global.json: record 4 ('),
      })
    })

    test('of an organization with a value of a key that is no attribute is refused if it is no JSON', async () => {
      const broken = gatheredWith(2, { note: 'x' }).replace('"note":"x"', '"note":x')
      await expect(found(broken, objects)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_JSON' })
    })
  })

  test('an account that is listed twice is refused, even if its organization is equal to both', async () => {
    const twice = linesText([object(1), object(2), object(1)])
    await expect(found(linesText([organization(1), organization(2)]), twice)).rejects.toMatchObject({
      code: 'ACCOUNT_TWICE',
      message: `global_accounts.json: two accounts have the salesforce_id ${idOf(1)}`,
    })
  })

  test('a file that was cut is refused', async () => {
    const gathered = linesText([1, 2].map(n => organization(n)))
    const objects = linesText([1, 2].map(n => object(n)))
    const refused = { code: 'ARTIFACT_NOT_JSON' }
    await expect(found(gathered.slice(0, -300), objects)).rejects.toMatchObject(refused)
    await expect(found(gathered, objects.slice(0, -300))).rejects.toMatchObject(refused)
  })

  test('records of any length are read and written whole', async () => {
    const name = (bytes: number) => `${'x'.repeat(bytes % 3)}${'株'.repeat(bytes / 3)}`
    const lengths = [4_000, 5_001, 262_100, 300_001, 262_144, 1_000_001, 7]
    const records = lengths.map((length, index) => organization(index + 1, { name: name(length) }))
    const objects = linesText([object(2, { name: name(5_001) }), object(3), object(4)])
    const { updates, not_in_sync } = await compareFiles(
      SYNC,
      { gathered: linesText(records), objects },
      { sizes },
    )
    expect(not_in_sync).toBe(linesText([0, 4, 5, 6].map(index => inSchemaOrder(records[index]))))
    expect(JSON.parse(updates ?? '').map((update: JsonRecord) => update.changes)).toEqual([
      { name: { from: name(262_100), to: 'Account 3' } },
      { name: { from: name(300_001), to: 'Account 4' } },
    ])
  })

  function inSchemaOrder(record: JsonRecord | undefined): JsonRecord {
    return SYNC.artifacts.gathered.schema.parse(record)
  }
})

test('a cancelled comparison stops while it writes the organizations without an object', async () => {
  const cancel = new AbortController()
  const gathered = linesText(
    Array.from({ length: 3_000 }, (_, n) => organization(n, { salesforce_id: longIdOf(n) })),
  )
  const isProtected = () => {
    setImmediate(() => cancel.abort())
    return false
  }
  await expect(
    foundWith(gathered, linesText([object(1)]), { isProtected, sizes: LARGE, signal: cancel.signal }),
  ).rejects.toMatchObject({ code: 'CANCELLED' })
})

function longIdOf(n: number): string {
  return `001${String(n + 10).padStart(12, '0')}AAA`
}
