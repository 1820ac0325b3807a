import { hash } from 'node:crypto'
import type { z } from 'zod'
import { type Attribute, type MatchKey, matchKey } from '../../domain/index.ts'
import { readBatches } from '../../runtime/artifacts/index.ts'

/**
 * What a comparison keeps of some records: who they are, a checksum of their attributes, and where they are in the file.
 * A column per fact, because a thread passes columns on a hundred times faster than records.
 */
export type SumBatch = {
  length: number
  /** 8 numbers per record: 4 for its match key, which are 0 if it has none, and 4 for the checksum. */
  rows: Int32Array
  /** The Zendesk id of an organization; 0 for an object. */
  ids: Float64Array
  /** 1 if the key comes from a salesforce_id, 0 if it comes from a sfdc_short_id. */
  isOwn: Uint8Array
  /** 2 numbers per record, as `readBatches` adds them. */
  places: Float64Array
}

/** All batches but the last have this many records. */
export const BATCH_RECORDS = 1_000
const KEY_CHARACTERS = 15
const NO_KEY = '\0'.repeat(KEY_CHARACTERS)
/** A key takes 16 bytes; the last one is 0. */
export const KEY_NUMBERS = 4
export const ROW_NUMBERS = 8
const KEY_BYTES = KEY_NUMBERS * Int32Array.BYTES_PER_ELEMENT
const ROW_BYTES = ROW_NUMBERS * Int32Array.BYTES_PER_ELEMENT
/** Half of a SHA-256 checksum. Two different records have the same one in 1 of 10^38 cases. */
const SUM_BYTES = ROW_BYTES - KEY_BYTES

type Identity = { key: MatchKey | null; id?: number; isOwn?: boolean }

/** Reads and checks an artifact, and yields a batch of every 1,000 records. */
export async function* readSums<Item extends Readonly<Record<string, unknown>>>(
  path: string,
  schema: z.ZodType<Item, unknown>,
  attributes: readonly Attribute[],
  identityOf: (record: Item) => Identity,
): AsyncGenerator<SumBatch> {
  const sumOf = sumBy(attributes)
  const rows = new Int32Array(BATCH_RECORDS * ROW_NUMBERS)
  const rowBytes = Buffer.from(rows.buffer)
  const ids = new Float64Array(BATCH_RECORDS)
  const isOwn = new Uint8Array(BATCH_RECORDS)
  const places: number[] = []
  let length = 0
  for await (const records of readBatches(path, schema, { places })) {
    for (const record of records) {
      const identity = identityOf(record)
      rowBytes.write(identity.key ?? NO_KEY, length * ROW_BYTES, 'latin1')
      rowBytes.write(sumOf(record), length * ROW_BYTES + KEY_BYTES, SUM_BYTES, 'latin1')
      ids[length] = identity.id ?? 0
      isOwn[length] = identity.isOwn === false ? 0 : 1
      length += 1
      if (length === BATCH_RECORDS) {
        yield batch()
        length = 0
      }
    }
  }
  yield batch()

  function batch(): SumBatch {
    return {
      length,
      rows: rows.slice(0, length * ROW_NUMBERS),
      ids: ids.slice(0, length),
      isOwn: isOwn.slice(0, length),
      places: Float64Array.from(places.splice(0, length * 2)),
    }
  }
}

/** A match key as the numbers of a row. */
export function keyNumbers(key: MatchKey | null): Int32Array {
  const numbers = new Int32Array(KEY_NUMBERS)
  Buffer.from(numbers.buffer).write(key ?? NO_KEY, 'latin1')
  return numbers
}

/** The match key of the row that begins at `start`. */
export function keyIn(rows: Int32Array, start: number): MatchKey | null {
  const numbers = rows.slice(start, start + KEY_NUMBERS)
  return matchKey(Buffer.from(numbers.buffer).toString('latin1', 0, KEY_CHARACTERS))
}

/** Returns a function that computes the SHA-256 checksum of a record's attributes, as 32 characters of one byte. */
function sumBy(attributes: readonly Attribute[]): (record: Readonly<Record<string, unknown>>) => string {
  const keys = attributes.map(({ key }) => key)
  const values: unknown[] = []
  return record => {
    keys.forEach((key, index) => {
      values[index] = short(record[key])
    })
    return hash('sha256', JSON.stringify(values), 'binary')
  }
}

/** The form of a missing attribute. No attribute's value is a list. */
const LACKING = [] as const

/** Shortens checkboxes to 1 and 0, because most attributes are checkboxes. */
function short(value: unknown): unknown {
  if (value === undefined) return LACKING
  return typeof value === 'boolean' ? Number(value) : value
}
