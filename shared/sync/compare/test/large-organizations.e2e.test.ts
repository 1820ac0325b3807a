import { expect, test } from 'vitest'
import { INSTANCE_SYNCS } from '../../../pipeline/index.ts'
import { objectOf } from '../../../runtime/bin/test/index.ts'
import { SIZES } from '../candidates.ts'
import {
  compareFiles,
  IN_SECOND_THREAD,
  type JsonRecord,
  linesText,
  organizationOf,
} from './comparison-files.ts'

const SYNC = INSTANCE_SYNCS.global

function object(n: number, given: JsonRecord = {}): JsonRecord {
  const salesforce_id = `001${String(n).padStart(12, '0')}AAA`
  return objectOf('global', { name: `Account ${n}`, salesforce_id, ...given })
}

const NUMBERS = Array.from({ length: 2_500 }, (_, index) => index + 1)
const OBJECTS = NUMBERS.map(n => object(n, n % 500 === 0 ? { support_hold: true } : {}))
const ORGANIZATIONS = NUMBERS.map(n => organizationOf(n, object(n + 2)))

test('organizations that a second thread reads are compared like all others', async () => {
  const gathered = linesText(ORGANIZATIONS)
  const objects = linesText(OBJECTS)
  const compared = await compareFiles(SYNC, { gathered, objects }, { sizes: IN_SECOND_THREAD })
  expect(compared).toEqual(await compareFiles(SYNC, { gathered, objects }))
  const changed = JSON.parse(compared.updates ?? '').map(({ id, changes }: JsonRecord) => [id, changes])
  expect(changed).toEqual(
    [498, 998, 1498, 1998, 2498].map(id => [id, { support_hold: { from: false, to: true } }]),
  )
  expect(JSON.parse(compared.creates ?? '')).toMatchObject([{ name: 'Account 1' }, { name: 'Account 2' }])
  expect(JSON.parse(compared.not_in_sync ?? '')).toMatchObject([{ id: 2499 }, { id: 2500 }])
})

test('an invalid organization that a second thread reads is refused with its number, key and attribute', async () => {
  const gathered = linesText(ORGANIZATIONS.with(1_700, { ...ORGANIZATIONS[1_700], seats_decimal: 'many' }))
  const compared = compareFiles(SYNC, { gathered, objects: linesText(OBJECTS) }, { sizes: IN_SECOND_THREAD })
  await expect(compared).rejects.toMatchObject({
    code: 'ARTIFACT_RECORD_INVALID',
    message: expect.stringContaining(
      'zendesk_global.json: record 1701 (001000000001703AAA): seats_decimal: ',
    ),
    next: expect.stringContaining('orgs'),
  })
})

test('no organizations stop a comparison with a second thread too', async () => {
  const files = { gathered: '[]\n', objects: linesText(OBJECTS) }
  await expect(compareFiles(SYNC, files, { sizes: IN_SECOND_THREAD })).rejects.toMatchObject({
    code: 'NO_RECORDS',
  })
})

test('a cancelled comparison stops its second thread', async () => {
  const cancel = new AbortController()
  setTimeout(() => cancel.abort(), 20)
  const files = { gathered: linesText(ORGANIZATIONS), objects: linesText(OBJECTS) }
  const given = { sizes: IN_SECOND_THREAD, signal: cancel.signal }
  await expect(compareFiles(SYNC, files, given)).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('by default, a large file is compared like a small one', async () => {
  // Empty lines are skipped.
  const gathered = linesText(ORGANIZATIONS).replace('[\n', `[\n${`${' '.repeat(1024 ** 2)}\n`.repeat(33)}`)
  const objects = linesText(OBJECTS)
  const compared = await compareFiles(SYNC, { gathered, objects }, { sizes: SIZES })
  expect(compared).toEqual(await compareFiles(SYNC, { gathered, objects }))
})
