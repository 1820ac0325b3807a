import type { AttributeValue, AttributeValues, Result } from '../../domain/index.ts'
import { type ItemResult, MAX_ITEMS, type Refusal } from '../../services/zendesk/index.ts'
import type { Upstream } from './upstream.ts'

/** One write: the attributes of one record. */
export type RecordWrite = {
  action: 'create' | 'update' | 'mark'
  key: string
  id: number
  values: AttributeValues
}

/** Writes and reads the records of one kind through Zendesk's API. */
export type Records = {
  /** Writes up to 100 records. Returns one result each, in order. */
  send: (items: readonly { id: number; values: AttributeValues }[]) => Promise<ItemResult[]>
  /** Reads up to 100 current records by id. A deleted one is missing. */
  read: (ids: readonly number[]) => Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>>
  isEqual: (attribute: string, sent: AttributeValue, stored: unknown) => boolean
  /** The attributes of a write that a refusal names. */
  named: (refusal: Refusal, attributes: readonly string[]) => string[]
  /** The attribute that is false to remove a mark. */
  mark: string
  /** The order in which attributes are written one by one. */
  inOrder: (attributes: readonly string[]) => string[]
  /** Postpones a refused attribute, and returns true. Returns false if it must fail now. */
  postpone?: (write: RecordWrite, attribute: string, refusal: Refusal) => boolean
}

/** Writes results to disk before the next write. Rejects if that fails. */
export type RecordResults = (results: readonly Result[]) => Promise<void>

/** The part of a run that a batch of writes needs. */
export type WritingRun = {
  upstream: Upstream
  /** Throws if no further write may begin. */
  throwIfStopped: () => void
  /** Waits until Zendesk has certainly stored what it accepted. */
  settle: () => Promise<void>
  record: RecordResults
}

/** The items in batches of one request each. */
export function batches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / MAX_ITEMS) }, (_, index) =>
    items.slice(index * MAX_ITEMS, (index + 1) * MAX_ITEMS),
  )
}
