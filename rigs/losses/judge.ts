import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { SUPPORT_LEVELS } from '@support-sync/shared/domain'
import type { Customer } from './world.ts'

/** What became of a customer who pays: what a wrong write cost them. */
export type Harm = { customer: string; what: 'organization marked' | 'level lowered' | 'user marked' }

/**
 * Holds what Zendesk stores against who pays, without a rule of the program. Opened while both sides agree.
 * Throws when a customer has no organization then.
 */
export function openJudge(sandbox: Sandbox, customers: readonly Customer[]) {
  /** Each customer's organization, and the level that it had when it was last looked at. */
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
    /** Looks at everybody who pays after an hour. */
    look(paying: readonly Customer[]): void {
      for (const customer of paying) {
        const state = sandbox[customer.instance]
        const known = organizations.get(customer.salesforce_id)
        const fields = known && state.organizations.table.get(known.id)?.organization_fields
        if (!known || !fields) continue
        const level = rankOf(fields.support_level)
        note(customer, 'organization marked', fields.mark_for_deletion === true)
        // A level that waits for its rise was not lowered.
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

/** The lower the level, the higher; a level that is none of ours counts as the highest. */
function rankOf(level: unknown): number {
  return SUPPORT_LEVELS.map(String).indexOf(String(level))
}
