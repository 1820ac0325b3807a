import type { Day } from './calendar.ts'
import type { Checkbox, SupportLevel } from './sections.ts'

/** What an account is entitled to on one instance. */
export type Entitlement = {
  /** The subscription checkboxes that are true. */
  checked: ReadonlySet<Checkbox>
  emergency_support_24x7: boolean
  support_level: SupportLevel
  account_type: 'customer' | 'former_customer'
  expiration_date: Day
  /** Global: 2 decimals. US Government: a whole number. */
  seats: number
  arr: number
}
