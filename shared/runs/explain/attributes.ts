import {
  type Account,
  type Attribute,
  COMMON_COLUMNS,
  type Decision,
  type Organization,
  type Override,
  PARTNER_COLUMNS,
  type PartnerAccount,
  plainValue,
  type SyncObject,
} from '../../domain/index.ts'
import { PARTNER_SYNC } from '../../pipeline/index.ts'
import type { ExplainedAttribute } from './model.ts'
import type { ValueReason } from './reason.ts'
import { reasonOf, trackReads } from './reasons.ts'

/** Each attribute: its value in Zendesk, the value it should have, and the rule that sets it. */
export function explainAttributes(
  attributes: readonly Attribute[],
  held: Organization | null,
  object: SyncObject,
  because: (attribute: Attribute) => ValueReason,
): ExplainedAttribute[] {
  return attributes.map(attribute => {
    const { key, kind } = attribute
    const holds = plainValue(held?.[key])
    const should_be = plainValue(object[key])
    if (held !== null && held[key] === undefined)
      return { key, held: null, should_be, differs: false, because: { kind: 'field_changed' } }
    const differs = held === null || !kind.equal(holds, should_be)
    return { key, held: holds, should_be, differs, because: because(attribute) }
  })
}

/** The reasons for a customer's attributes. */
export function customerReasons(account: Account, decision: Decision, override: Override | undefined) {
  return (attribute: Attribute): ValueReason => reasonOf(attribute, { account, decision, override })
}

/** Why a partner's attribute has its value: because of the columns that it reads, regardless of their values. */
export function partnerReason(
  { key }: Pick<Attribute, 'key'>,
  attributes = PARTNER_SYNC.attributes,
): ValueReason {
  const read = new Set<string>()
  attributes.find(one => one.key === key)?.partner?.(trackReads(ANY_PARTNER, read))
  const [source] = read
  if (source === 'account_type')
    return { kind: 'partner_track', fields: [...PARTNER_COLUMNS.partner_track.fields] }
  return source !== undefined && isCommon(source)
    ? { kind: 'salesforce', fields: [...COMMON_COLUMNS[source].fields] }
    : { kind: 'always_for_partner' }
}

const ANY_PARTNER: PartnerAccount = {
  salesforce_id: '',
  name: '',
  account_owner: null,
  technical_account_manager: null,
  restricted: false,
  solutions_architect: null,
  support_hold: false,
  escalated: false,
  account_type: null,
}

function isCommon(key: string): key is keyof typeof COMMON_COLUMNS {
  return Object.hasOwn(COMMON_COLUMNS, key)
}
