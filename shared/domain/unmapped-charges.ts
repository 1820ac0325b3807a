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

/** The names of an account's active charges that plans.yml does not list, each once. A charge without a name has ''. */
export function unmappedNames(
  { charges }: Account,
  { plans, calendar }: { plans: Plans; calendar: Calendar },
): string[] {
  const names = charges
    .filter(({ end_date }) => end_date >= calendar.expired_end_date)
    .map(planName)
    .filter(name => !isKnownName(plans, name))
  return names.length === 0 ? names : [...new Set(names)]
}

/** Collects the names of unmapped charges, to report a new SKU as soon as it sells. */
export function collectUnmapped() {
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
    /** Adds an account and its `unmappedNames`. */
    add({ salesforce_id, arr }: Account, names: readonly string[]): void {
      for (const charge_name of names)
        if (charge_name !== '') merge({ charge_name, accounts: 1, arr, salesforce_ids: [salesforce_id] })
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
