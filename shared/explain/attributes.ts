import {
  type Account,
  type Attribute,
  COMMON_COLUMNS,
  type Decision,
  type Organization,
  type Override,
  plainValue,
  type SyncObject,
} from '../domain/index.ts'
import type { ExplainedAttribute } from './model.ts'
import { FROM_SALESFORCE, reasonOf } from './reasons.ts'

/** Each attribute: what Zendesk holds, what it should be, and the rule that set it. */
export function explainAttributes(
  attributes: readonly Attribute[],
  held: Organization | null,
  object: SyncObject,
  because: (attribute: Attribute) => string,
): ExplainedAttribute[] {
  return attributes.map(attribute => {
    const { key, kind } = attribute
    const holds = plainValue(held?.[key])
    const should_be = plainValue(object[key])
    const differs = held === null || !kind.equal(holds, should_be)
    return { key, held: holds, should_be, differs, because: because(attribute) }
  })
}

/** The reasons of a customer's attributes. */
export function customerReasons(account: Account, decision: Decision, override: Override | undefined) {
  return (attribute: Attribute): string => reasonOf(attribute, { account, decision, override })
}

/** A partner's attributes come from Salesforce as they are. */
export function partnerReason({ key }: Pick<Attribute, 'key'>): string {
  const column = Object.entries(COMMON_COLUMNS).find(([name]) => key === name || PARTNER_NAMES[key] === name)
  if (column) return `${FROM_SALESFORCE}${column[1].fields.join(', ')}`
  return key === 'account_type'
    ? `${FROM_SALESFORCE}Partner_Track__c, or the alliance's id`
    : 'always for a partner'
}

const PARTNER_NAMES: Readonly<Record<string, keyof typeof COMMON_COLUMNS>> = {
  sfdc_short_id: 'salesforce_id',
  restricted_account: 'restricted',
  org_in_escalated_state: 'escalated',
}
