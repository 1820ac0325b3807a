import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { SUPPORT_LEVELS } from '@support-sync/shared/domain'
import type { Customer } from './world.ts'

/** The harm that a wrong write did to a paying customer. */
export type Harm = { customer: string; what: 'organization marked' | 'level lowered' | 'user marked' }

/**
 * Compares Zendesk's organizations with the paying customers, without the program's rules. Create it while both agree.
 * Throws if a customer has no organization.
 */
export function openJudge(sandbox: Sandbox, customers: readonly Customer[]) {
  /** Each customer's organization, and its level at the last check. */
  const organizations = new Map(
    customers.map(({ salesforce_id, instance, name, support_level }) => {
      const found = sandbox[instance].organizations
        .all()
        .find(({ organization_fields }) => organization_fields.salesforce_id === salesforce_id)
      if (!found) throw new Error(`${name} has no organization after the first hour`)
      return [salesforce_id, { id: found.id, level: rankOf(support_level) }]
    }),
  )
  const harms = new Map<string, Harm>()

  function note({ name }: Customer, what: Harm['what'], happened: boolean): void {
    if (happened) harms.set(`${name} ${what}`, { customer: name, what })
  }

  return {
    /** Checks every paying customer after an hour. */
    check(paying: readonly Customer[]): void {
      for (const customer of paying) {
        const state = sandbox[customer.instance]
        const known = organizations.get(customer.salesforce_id)
        const fields = known && state.organizations.table.get(known.id)?.organization_fields
        if (!known || !fields) continue
        const level = rankOf(fields.support_level)
        note(customer, 'organization marked', fields.mark_for_deletion === true)
        // A level that still waits to be raised was not lowered.
        note(customer, 'level lowered', level > rankOf(customer.support_level) && level > known.level)
        known.level = level
        const users = customer.contacts.map(address => state.users.withEmail(address))
        note(
          customer,
          'user marked',
          users.some(user => user?.user_fields.not_in_sfdc === true),
        )
      }
    },
    harms: (): Harm[] => [...harms.values()],
  }
}

/** A level's rank: higher for a lower level. No level and an unknown one count as lower than every known level. */
function rankOf(level: unknown): number {
  const rank = SUPPORT_LEVELS.map(String).indexOf(String(level))
  return rank === -1 ? SUPPORT_LEVELS.length : rank
}
