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
  const merge = (charge: UnmappedCharge) => {
    const known = found.get(charge.charge_name)
    found.set(charge.charge_name, {
      charge_name: charge.charge_name,
      accounts: (known?.accounts ?? 0) + charge.accounts,
      arr: (known?.arr ?? 0) + charge.arr,
      salesforce_ids: [...(known?.salesforce_ids ?? []), ...charge.salesforce_ids].slice(0, IDS_SHOWN),
    })
  }
  return {
    add({ charges, arr, salesforce_id }: Account): void {
      const names = charges
        .filter(charge => charge.end_date >= expired_end_date && !isKnownName(plans, planName(charge)))
        .map(planName)
        .filter(name => name !== '')
      for (const charge_name of new Set(names))
        merge({ charge_name, accounts: 1, arr, salesforce_ids: [salesforce_id] })
    },
    /** Adds what was found in accounts that come after the added ones. */
    addFound(charges: readonly UnmappedCharge[]): void {
      for (const charge of charges) merge(charge)
    },
    /** In no order, and not rounded. */
    found: (): UnmappedCharge[] => [...found.values()],
    /** Sorted by ARR at stake, highest first. */
    finish(): UnmappedCharge[] {
      return [...found.values()]
        .map(charge => ({ ...charge, arr: roundToCents(charge.arr) }))
        .sort((one, other) => other.arr - one.arr || (one.charge_name < other.charge_name ? -1 : 1))
    },
  }
}
