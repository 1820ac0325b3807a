import type { Charge } from './account.ts'
import type { Day } from './calendar.ts'
import type { Checkbox, Section, SupportLevel } from './sections.ts'

/** A charge whose name is in plans.yml. */
export type ValidCharge = { charge: Charge; section: Section }

/** What gave a part of an entitlement: an active charge, the override, or another checkbox that it follows from. */
export type Cause = ValidCharge | 'override' | Checkbox

/** A level that may become the support level, with the checkbox and the cause that offer it. */
export type Candidate = { level: SupportLevel; checkbox: Checkbox | null; cause: Cause }

/** What an account is entitled to on one instance. */
export type Entitlement = {
  /** The subscription checkboxes that are true, each with its cause (the first charge, if there are several). */
  checked: ReadonlyMap<Checkbox, Cause>
  emergency_support_24x7: boolean
  support_level: SupportLevel
  account_type: 'customer' | 'former_customer'
  expiration_date: Day
  /** Not rounded: each attribute rounds them to its own field type. */
  seats: number
  arr: number
}
