import fc from 'fast-check'
import { expect, test } from 'vitest'
import { organizationSync } from '../../../pipeline/index.ts'
import { objectOf } from '../../../runtime/bin/test/index.ts'
import { compareFiles, type JsonRecord, LARGE, organizationOf, SMALL } from './comparison-files.ts'
import { compareInMemory } from './reference.ts'

const NAMES = [
  'Tanuki',
  ' Tanuki ',
  '株式会社タヌキ🦝',
  'Say "hi" \\',
  '","salesforce_id":"001000000000009AAA","id":9,"x":"',
  '[],"sold_tos":[]},{"id":1',
  'long '.repeat(1_000),
]
const accounts = fc.integer({ min: 1, max: 9 })
const shortIdOf = (account: number) => `00100000000000${account}`
type Form = (shortId: string) => string | null
const longForm: Form = id => `${id}AAA`
const otherForms: Form[] = [id => id, id => ` ${id}AAA\t`, () => 'PRIORITY PROSPECT']
const formsWith = (...others: Form[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(longForm) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )
/** A value that differs from those of other records. */
const own: fc.Arbitrary<JsonRecord> = fc.oneof(
  fc.record({ name: fc.constantFrom(...NAMES) }),
  fc.record({ account_owner: fc.constantFrom(null, '', 'Ada', ' Ada ') }),
  fc.record({ arr: fc.constantFrom(0, 10.005, 10.01), aar: fc.constantFrom(0, 10.005, 10.01) }),
  fc.record({ support_hold: fc.boolean() }),
  fc.record({ account_type: fc.constantFrom('customer', 'open_partner') }),
  fc.record({ support_level: fc.constantFrom('expired', 'ultimate') }),
)
/** Zendesk may have no usable field for these. */
const lacking = fc.subarray(['expiration_date', 'account_owner', 'support_hold'])
/** One in `of` times; otherwise undefined. */
const sometimes = <Value>(of: number, value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: of - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

type Layout = {
  order: number
  lines: readonly { order: number | undefined; space: string | undefined; separator: string | undefined }[]
  end: string
}
const orders = fc.nat(5)
const layouts: fc.Arbitrary<Layout> = fc.record({
  order: orders,
  lines: fc.array(
    fc.record({
      order: sometimes(20, orders),
      space: sometimes(60, fc.constantFrom(' ', '\n')),
      separator: sometimes(30, fc.constantFrom(',\r\n', ',\n\n', ',\n  ', ',')),
    }),
    { minLength: 12, maxLength: 12 },
  ),
  end: fc.constantFrom('\n]\n', '\n]', '\r\n]\r\n', ']'),
})

/** Writes records as the stages do, or as another program might. */
function fileText(records: readonly JsonRecord[], { order, lines, end }: Layout): string {
  let text = '[\n'
  records.forEach((record, index) => {
    const line = lines[index % lines.length]
    const entries = inOrder(Object.entries(record), line?.order ?? order)
    const json = JSON.stringify(Object.fromEntries(entries), null, line?.space === undefined ? 0 : 1)
    text += line?.space === ' ' ? json.replaceAll('\n', ' ') : json
    if (index < records.length - 1) text += line?.separator ?? ',\n'
  })
  return text + end
}

/** The items in another order, or in the given one for 0 to 2. */
function inOrder<Item>(items: readonly Item[], order: number): Item[] {
  if (order === 3) return items.toReversed()
  if (order === 4) return [...items.slice(5), ...items.slice(0, 5)]
  if (order === 5)
    return [...items.filter((_, index) => index % 2 === 1), ...items.filter((_, index) => index % 2 === 0)]
  return [...items]
}

const object = fc.record({
  account: accounts,
  form: formsWith(...otherForms),
  own: sometimes(2, own),
})
const runs = fc.record({
  stage: fc.constantFrom('sync-global', 'sync-usgov', 'partner-sync'),
  objects: fc.oneof(
    { weight: 9, arbitrary: fc.uniqueArray(object, { minLength: 4, selector: ({ account }) => account }) },
    { weight: 1, arbitrary: fc.array(object, { minLength: 1, maxLength: 3 }) },
  ),
  organizations: fc.array(
    fc.record({
      account: accounts,
      form: formsWith(
        ...otherForms,
        () => ' ',
        () => null,
      ),
      short: sometimes(4, fc.nat(6)),
      own: sometimes(2, own),
      lacking: sometimes(20, lacking),
    }),
    { minLength: 1, maxLength: 12, size: 'max' },
  ),
  ids: fc.uniqueArray(fc.nat(), { minLength: 12, maxLength: 12 }),
  lacking: sometimes(2, lacking),
  gatheredLayout: layouts,
  objectsLayout: layouts,
  sizes: fc.constantFrom(SMALL, LARGE),
})

test('a comparison finds the same as one of all records in memory, for any form of its files', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ stage, ids, sizes, ...run }) => {
      const sync = organizationSync(stage)
      const keys = ['id', ...sync.attributes.map(({ key }) => key)]
      const recordOf = (account: number, id: string | null, given: JsonRecord | undefined) =>
        objectOf(sync.instance, {
          name: `Account ${account}`,
          salesforce_id: id,
          sfdc_short_id: shortIdOf(account),
          account_type: 'customer',
          ...given,
        })
      const objects = run.objects.map(one => {
        const record = recordOf(one.account, one.form(shortIdOf(one.account)), one.own)
        return sync.artifacts.objects.schema.parse(record)
      })
      const organizations = run.organizations.map((one, index) => {
        const id = one.form(shortIdOf(one.account))
        const short =
          one.short === undefined ? {} : { sfdc_short_id: one.short === 0 ? null : shortIdOf(one.short) }
        const record = organizationOf(ids[index] ?? 0, recordOf(one.account, id, { ...one.own, ...short }))
        const absent = one.lacking ?? run.lacking ?? []
        const entries = Object.entries(record).filter(([key]) => keys.includes(key) && !absent.includes(key))
        return sync.artifacts.gathered.schema.parse(Object.fromEntries(entries))
      })
      const expected = compareInMemory(sync, organizations, objects)
      const files = {
        gathered: fileText(organizations, run.gatheredLayout),
        objects: fileText(objects, run.objectsLayout),
      }
      const compared = compareFiles(sync, files, { sizes })
      expect(await compared.catch(error => error.code)).toEqual(expected)
    }),
    { numRuns: 400, interruptAfterTimeLimit: 20_000 },
  )
})
