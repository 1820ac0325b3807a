import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchKey } from '../../../domain/index.ts'
import { type KeptSums, keepSums } from '../kept-sums.ts'
import { BATCH_RECORDS, KEY_NUMBERS, keyNumbers, ROW_NUMBERS, type SumBatch } from '../record-sums.ts'
import { findUnequal } from '../unequal-records.ts'

/** A record: its account, 0 for none, and the numbers of its checksum. */
type Given = { account: number; sum: readonly number[] }

const SUM_NUMBERS = ROW_NUMBERS - KEY_NUMBERS
const keyOf = (account: number) =>
  account === 0 ? null : matchKey(`001${String(account).padStart(12, '0')}`)

function kept(records: readonly Given[]): Promise<KeptSums> {
  async function* batches(): AsyncGenerator<SumBatch> {
    for (let start = 0; start < records.length; start += BATCH_RECORDS) {
      const batch = records.slice(start, start + BATCH_RECORDS)
      yield {
        length: batch.length,
        rows: Int32Array.from(batch.flatMap(({ account, sum }) => [...keyNumbers(keyOf(account)), ...sum])),
        ids: Float64Array.from(batch, (_, index) => 360_000_000_000 + start + index),
        isOwn: Uint8Array.from(batch, ({ account }) => account % 2),
        places: Float64Array.from(
          batch.flatMap((_, index) => [(start + index) * 10, (start + index) * 10 + 9]),
        ),
      }
    }
  }
  return keepSums(batches())
}

/** Checksums that often have the same first numbers. */
const sums = fc
  .tuple(fc.constantFrom(0, 1, -1, 1 << 30), fc.constantFrom(0, 7))
  .map(([first, last]) => [first, ...Array.from({ length: SUM_NUMBERS - 2 }, () => 3), last])
const records = fc.array(fc.record({ account: fc.nat(5), sum: sums }), { maxLength: 14 })

function isSame(one: Given, other: Given): boolean {
  return one.account === other.account && one.sum.join() === other.sum.join()
}

test('a pair is left out if its checksums are equal, and no other record has its key', async () => {
  await fc.assert(
    fc.asyncProperty(records, records, async (organizations, objects) => {
      // As in artifacts, where the checksum covers the id: equal checksums have the same account.
      const covered = (given: Given[]) =>
        given.map(({ account, sum }) => ({ account, sum: sum.with(1, account) }))
      const [ones, others] = [covered(organizations), covered(objects)]
      const isAlone = (one: Given) =>
        [...ones, ...others].filter(({ account }) => account === one.account).length === 2
      const isLeftOut = (one: Given, side: Given[]) =>
        one.account !== 0 && isAlone(one) && side.some(other => isSame(one, other))
      const unequal = findUnequal(await kept(ones), await kept(others))
      expect(unequal.organizations.map(({ number }) => number)).toEqual(
        ones.flatMap((one, index) => (isLeftOut(one, others) ? [] : [index + 1])),
      )
      expect(unequal.objects).toEqual(
        others.flatMap((one, index) => (isLeftOut(one, ones) ? [] : [index + 1])),
      )
      for (let account = 1; account <= 5; account += 1) {
        const key = keyOf(account)
        const expected = others.some(one => one.account === account && isLeftOut(one, ones))
        expect(key && unequal.isLeftOut(key)).toBe(expected)
      }
    }),
    { numRuns: 500 },
  )
})

test('records of any batch are found, with their ids and places', async () => {
  const count = BATCH_RECORDS * 3 + 7
  const recordAt = (_: unknown, index: number): Given => ({
    account: index + 1,
    sum: Array.from({ length: SUM_NUMBERS }, (_, part) => Math.imul(index + part, 0x9e3779b1)),
  })
  const organizations = Array.from({ length: count }, recordAt)
  const objects = organizations.toReversed()
  const changed = [1, 1_000, 1_001, 2_500, count]
  for (const number of changed)
    organizations[number - 1] = { account: number, sum: Array(SUM_NUMBERS).fill(1) }
  const sumsOfOrganizations = await kept(organizations)
  const unequal = findUnequal(sumsOfOrganizations, await kept(objects))
  expect(unequal.organizations).toEqual(
    changed.map(number => ({
      id: 360_000_000_000 + number - 1,
      key: keyOf(number),
      isOwn: number % 2 === 1,
      number,
    })),
  )
  expect(unequal.objects).toEqual(changed.map(number => count - number + 1).toReversed())
  expect(sumsOfOrganizations.placeOf(2_500)).toEqual({ start: 24_990, end: 24_999 })
  expect(sumsOfOrganizations.placeOf(count + 1)).toBeUndefined()
})

test('without records, nothing is left out', async () => {
  expect(findUnequal(await kept([]), await kept([]))).toMatchObject({ organizations: [], objects: [] })
})
