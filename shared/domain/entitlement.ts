import type { Charge } from './account.ts'
import type { Day } from './calendar.ts'
import type { Checkbox, Section, SupportLevel } from './sections.ts'

/** A charge of a valid name: one that plans.yml lists. */
export type ValidCharge = { charge: Charge; section: Section }

/** What gave something: an active charge, the override, or a checkbox that brings it with it. */
export type Cause = ValidCharge | 'override' | Checkbox

/** A level that may become the support level, by the checkbox whose charges (or override) made it one. */
export type Candidate = { level: SupportLevel; checkbox: Checkbox | null; cause: Cause }

/** What an account is entitled to on one instance. */
export type Entitlement = {
  /** The subscription checkboxes that are true, each with what set it (of several charges the first). */
  checked: ReadonlyMap<Checkbox, Cause>
  emergency_support_24x7: boolean
  support_level: SupportLevel
  account_type: 'customer' | 'former_customer'
  expiration_date: Day
  /** As counted; each attribute that holds them rounds them to its own kind. */
  seats: number
  arr: number
}
