import type { AttributeValue, AttributeValues } from '../../domain/index.ts'
import type { ItemResult, Refusal } from '../../services/zendesk/index.ts'
import type { Upstream } from './upstream.ts'

/** Attributes to be written to one record. */
export type PlannedWrite = {
  action: 'create' | 'update' | 'mark'
  key: string
  id: number
  values: AttributeValues
}

/** The records of one kind, as Zendesk takes and shows them. */
export type Records = {
  /** Up to 100, one result each and in their order. */
  send: (items: readonly { id: number; values: AttributeValues }[]) => Promise<ItemResult[]>
  /** Up to 100 as they are now, by id; one that is gone is missing. */
  held: (ids: readonly number[]) => Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>>
  isEqual: (attribute: string, sent: AttributeValue, held: unknown) => boolean
  /** The attributes of a write that a refusal names. */
  named: (refusal: Refusal, attributes: readonly string[]) => string[]
  /** In which order attributes are written one by one. */
  inOrder: (attributes: readonly string[]) => string[]
  /** Takes over an attribute that was refused, to write it later. */
  putsOff?: (write: PlannedWrite, attribute: string, refusal: Refusal) => boolean
}

/** What a batch of writes needs of its run. */
export type WritingRun = {
  upstream: Upstream
  /** Throws when no further write may begin. */
  goOn: () => void
  /** Waits until Zendesk has surely stored what it said that it wrote. */
  settle: () => Promise<void>
}
