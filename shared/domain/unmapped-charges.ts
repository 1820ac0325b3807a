import { z } from 'zod'
import type { Account } from './account.ts'
import type { Calendar } from './calendar.ts'
import { roundToCents } from './field-types.ts'
import { isKnownName, type Plans } from './plans.ts'
import { planName } from './subscriptions.ts'

export const unmappedChargeSchema = z.object({
  charge_name: z.string(),
  accounts: z.int(),
  arr: z.number(),
  salesforce_ids: z.array(z.string()),
})
export type UnmappedCharge = z.infer<typeof unmappedChargeSchema>

const IDS_SHOWN = 10

/** Collects the names of unmapped charges, to report a new SKU as soon as it sells. */
export function collectUnmapped(plans: Plans, { expired_end_date }: Calendar) {
  const found = new Map<string, UnmappedCharge>()
  return {
    add(account: Account): void {
      const names = account.charges
        .filter(charge => charge.end_date >= expired_end_date && !isKnownName(plans, planName(charge)))
        .map(planName)
        .filter(name => name !== '')
      for (const charge_name of new Set(names)) {
        const known = found.get(charge_name) ?? { charge_name, accounts: 0, arr: 0, salesforce_ids: [] }
        found.set(charge_name, {
          charge_name,
          accounts: known.accounts + 1,
          arr: known.arr + account.arr,
          salesforce_ids:
            known.salesforce_ids.length < IDS_SHOWN
              ? [...known.salesforce_ids, account.salesforce_id]
              : known.salesforce_ids,
        })
      }
    },
    /** Sorted by ARR at stake, highest first. */
    finish(): UnmappedCharge[] {
      return [...found.values()]
        .map(charge => ({ ...charge, arr: roundToCents(charge.arr) }))
        .sort((one, other) => other.arr - one.arr || (one.charge_name < other.charge_name ? -1 : 1))
    },
  }
}
