import {
  ACCOUNT_COLUMNS,
  type Account,
  type Attribute,
  type AttributeValue,
  type Candidate,
  type Cause,
  CHECKBOXES,
  type Checkbox,
  type Decision,
  type Entitlement,
  type NoObject,
  type Override,
} from '../../domain/index.ts'

/**
 * Reasons in words. They are read off the decision, which carries what each part of it came from; nothing is
 * decided here.
 */

type Case = { account: Account; decision: Decision; override: Override | undefined }
/** With the value that is explained. */
type ValueCase = Case & { value: AttributeValue }

/** The reason of a checkbox that is false because nothing of the account is about it. */
export const NO_CHARGE = 'no charge sets it'

/** How a reason begins that is Salesforce's own word; the fields follow. */
export const FROM_SALESFORCE = 'Salesforce: '

/** Why there is nothing that an account's organization should be. */
export const WITHOUT: Readonly<Record<NoObject, string>> = {
  'no subscriptions': 'the account has no subscriptions',
  'alliance partner': "its organization is an alliance partner's: partner-sync owns it",
  'no subscription of this instance': "none of its subscriptions is this instance's",
  'expired long ago': 'it expired more than three years ago',
}

/** Why an attribute has its value: from what it reads of the account and the entitlement. */
export function reasonOf({ key, customer }: Pick<Attribute, 'key' | 'customer'>, given: Case): string {
  const read = new Set<string>()
  const { account, decision, override } = given
  const value = customer(recorded(account, read), recorded(decision.entitlement, read))
  const [source] = read
  if (isCheckbox(key)) return checkboxReason(key, given)
  if (source !== undefined && isEntitlementKey(source))
    return ENTITLEMENT_REASONS[source]({ ...given, value })
  if (isOverridden(source, override)) return 'the override'
  if (source !== undefined && isAccountKey(source))
    return `${FROM_SALESFORCE}${ACCOUNT_COLUMNS[source].fields.join(', ')}`
  return 'always: what is entitled is not marked'
}

/** The record, telling which of its values are read. */
export function recorded<Item extends object>(item: Item, read: Set<string>): Item {
  return new Proxy(item, {
    get(target, key) {
      read.add(String(key))
      return Reflect.get(target, key)
    },
  })
}

const ENTITLEMENT_REASONS: Readonly<Record<keyof Entitlement, (given: ValueCase) => string>> = {
  checked: () => 'its charges',
  support_level: ({ decision }) => levelReason(decision),
  account_type: ({ decision }) => (isExpired(decision) ? 'support is expired' : 'support is not expired'),
  expiration_date: ({ decision: { latest, dateEffect } }) => {
    if (dateEffect === 'expires') return "the override's date, which expires it"
    if (dateEffect === 'extends') return "the override's date, which extends it"
    if (dateEffect === 'replaces') return "the override's date"
    return `${quoted(latest)} ends last`
  },
  seats: ({ decision: { overridden, dateEffect }, value }) => {
    const { seatsFrom, seats } = overridden
    const rounded = value === seats ? '' : ', rounded'
    if (seatsFrom === null) return 'no active charge counts seats'
    if (typeof seatsFrom === 'string')
      return dateEffect === 'expires' ? "the override's date expires it" : `the override${rounded}`
    return `the most of its active charges: ${quoted(seatsFrom)}, ${seatsFrom.charge.quantity}${rounded}`
  },
  arr: ({ decision }) =>
    isExpired(decision) ? '0 when expired' : `${FROM_SALESFORCE}${ACCOUNT_COLUMNS.arr.fields.join(', ')}`,
  emergency_support_24x7: ({ decision }) =>
    decision.entitlement.emergency_support_24x7 ? 'sub_usgov_24x7 is set' : 'sub_usgov_24x7 is not set',
}

/** Why the support level is what it is. */
export function levelReason({ overridden }: Decision): string {
  const { candidates, checked } = overridden
  const [first] = candidates
  if (candidates.length > 1) return `the highest of ${candidates.length} candidates`
  if (first) return candidateReason(first)
  return checked.size > 0
    ? `no candidate for a level, but ${[...checked.keys()].join(', ')} is set`
    : 'no candidate for a level, and no checkbox'
}

/** What put a level forward. */
export function candidateReason({ cause, checkbox }: Candidate): string {
  if (typeof cause !== 'string') return `${quoted(cause)} (${cause.section.section})`
  return checkbox === null ? "the override's support_level" : `the override's ${checkbox}`
}

function checkboxReason(checkbox: Checkbox, { decision, override }: Case): string {
  const cause = decision.entitlement.checked.get(checkbox)
  if (cause !== undefined) return causeReason(cause)
  if (decision.granted.checked.has(checkbox)) {
    if (decision.dateEffect === 'expires') return "the override's date expires it"
    if (override?.[checkbox] === false) return 'the override takes it back'
  }
  const ended = decision.selected
    .flatMap(({ charges }) => charges)
    .find(valid => valid.section.checkbox === checkbox && !decision.activeCharges.includes(valid))
  return ended ? `${quoted(ended)} ended ${ended.charge.end_date}` : NO_CHARGE
}

function causeReason(cause: Cause): string {
  if (typeof cause !== 'string') return `${quoted(cause)} is active`
  if (cause === 'override') return 'the override sets it'
  return `follows from ${cause}`
}

/** A charge by its name, as a person finds it in plans.yml. */
export function quoted({ charge }: { charge: { charge_name: string | null } }): string {
  return `"${charge.charge_name?.trim() ?? ''}"`
}

/** Of the account's own values an override replaces these two. */
function isOverridden(source: string | undefined, override: Override | undefined): boolean {
  if (source !== 'technical_account_manager' && source !== 'support_hold') return false
  return override?.[source] !== undefined
}

function isExpired({ entitlement }: Decision): boolean {
  return entitlement.support_level === 'expired'
}

function isCheckbox(key: string): key is Checkbox {
  return CHECKBOXES.some(checkbox => checkbox === key)
}

function isEntitlementKey(key: string): key is keyof Entitlement {
  return Object.hasOwn(ENTITLEMENT_REASONS, key)
}

function isAccountKey(key: string): key is keyof typeof ACCOUNT_COLUMNS {
  return Object.hasOwn(ACCOUNT_COLUMNS, key)
}
