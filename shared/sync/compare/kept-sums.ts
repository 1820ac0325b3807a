import type { MatchKey } from '../../domain/index.ts'
import type { Place } from '../../runtime/artifacts/index.ts'
import { BATCH_RECORDS, keyIn, ROW_NUMBERS, type SumBatch } from './record-sums.ts'

/** The batches of a whole artifact. The index of a record starts at 0, its number at 1. */
export type KeptSums = {
  length: number
  /** The row of a record, in the rows of its batch. */
  rowAt: (index: number) => Row
  organizationAt: (index: number) => KnownOrganization
  placeOf: (number: number) => Place | undefined
}

/** A row: its numbers begin at `start`. */
export type Row = { rows: Int32Array; start: number }

const NO_ROWS = new Int32Array()

/** What is known of an organization before its record is read again. */
export type KnownOrganization = {
  id: number
  key: MatchKey | null
  /** Whether the key comes from its salesforce_id. Otherwise it comes from its sfdc_short_id. */
  isOwn: boolean
  number: number
}

/** Keeps all batches. Does not join them: new memory takes longer than the whole search for equal records. */
export async function keepSums(batches: AsyncIterable<SumBatch>): Promise<KeptSums> {
  const kept = await Array.fromAsync(batches)
  const batchAt = (index: number) => kept[Math.floor(index / BATCH_RECORDS)]
  return {
    length: kept.reduce((sum, { length }) => sum + length, 0),
    rowAt: index => ({ rows: batchAt(index)?.rows ?? NO_ROWS, start: (index % BATCH_RECORDS) * ROW_NUMBERS }),
    organizationAt(index) {
      const batch = batchAt(index)
      const position = index % BATCH_RECORDS
      return {
        id: batch?.ids[position] ?? 0,
        key: batch === undefined ? null : keyIn(batch.rows, position * ROW_NUMBERS),
        isOwn: batch?.isOwn[position] === 1,
        number: index + 1,
      }
    },
    placeOf(number) {
      const places = batchAt(number - 1)?.places
      const position = ((number - 1) % BATCH_RECORDS) * 2
      const start = places?.[position]
      const end = places?.[position + 1]
      return start === undefined || end === undefined ? undefined : { start, end }
    },
  }
}
