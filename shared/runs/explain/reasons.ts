import {
  ACCOUNT_COLUMNS,
  type Account,
  type Attribute,
  type AttributeValue,
  addDays,
  type Candidate,
  type Cause,
  CHECKBOXES,
  type Checkbox,
  type Decision,
  type Entitlement,
  GRACE_DAYS,
  type Override,
  planName,
  type ValidCharge,
} from '../../domain/index.ts'
import type { CandidateReason, ValueReason } from './reason.ts'

/** Reads the reasons from a decision, which records the cause of each part. Nothing is decided here. */

type Case = { account: Account; decision: Decision; override: Override | undefined }
/** The attribute to explain, with its value. */
type ValueCase = Case & { value: AttributeValue }

/** Why an attribute has its value, from what it reads of the account and the entitlement. */
export function reasonOf({ key, customer }: Pick<Attribute, 'key' | 'customer'>, given: Case): ValueReason {
  const read = new Set<string>()
  const { account, decision, override } = given
  const value = customer(trackReads(account, read), trackReads(decision.entitlement, read))
  const [source] = read
  if (isCheckbox(key)) return checkboxReason(key, given)
  if (source !== undefined && isEntitlementKey(source))
    return ENTITLEMENT_REASONS[source]({ ...given, value })
  if (isOverridden(source, override)) return { kind: 'override', is_rounded: false }
  if (source !== undefined && isAccountKey(source)) return fromSalesforce(source)
  return { kind: 'entitled_is_not_marked' }
}

/** A record that tracks which of its values are read. */
export function trackReads<Item extends object>(item: Item, read: Set<string>): Item {
  return new Proxy(item, {
    get(target, key) {
      read.add(String(key))
      return Reflect.get(target, key)
    },
  })
}

const ENTITLEMENT_REASONS: Readonly<Record<keyof Entitlement, (given: ValueCase) => ValueReason>> = {
  // Each checkbox has its own reason.
  checked: () => ({ kind: 'no_charge' }),
  support_level: ({ decision }) => levelReason(decision),
  account_type: ({ decision }) => ({ kind: isExpired(decision) ? 'support_expired' : 'support_not_expired' }),
  expiration_date: ({ decision: { latest, dateEffect } }) =>
    dateEffect === null
      ? { kind: 'ends_last', ...chargeOf(latest), end_date: latest.charge.end_date }
      : { kind: 'override_date', effect: dateEffect },
  seats: ({ decision: { overridden, dateEffect }, value }) => {
    const { seatsFrom, seats } = overridden
    const is_rounded = value !== seats
    if (seatsFrom === null) return { kind: 'no_seats' }
    if (typeof seatsFrom !== 'string')
      return {
        kind: 'most_seats',
        ...chargeOf(seatsFrom),
        quantity: seatsFrom.charge.quantity,
        is_rounded,
      }
    return dateEffect === 'expires' ? { kind: 'override_expires' } : { kind: 'override', is_rounded }
  },
  arr: ({ decision }) => (isExpired(decision) ? { kind: 'zero_when_expired' } : fromSalesforce('arr')),
  emergency_support_24x7: ({ decision }) => ({
    kind: decision.entitlement.emergency_support_24x7 ? 'follows_from' : 'follows_from_unset',
    checkbox: 'sub_usgov_24x7',
  }),
}

/** Why the support level has its value. */
export function levelReason({
  overridden,
  entitlement,
  activeCharges,
  latest,
  dateEffect,
}: Decision): ValueReason {
  const { candidates, checked } = overridden
  const winner = candidates.find(({ level }) => level === entitlement.support_level)
  if (winner && candidates.length > 1)
    return {
      kind: 'highest_candidate',
      candidates: candidates.length,
      highest: candidateReason(winner),
    }
  if (winner) return candidateReason(winner)
  if (checked.size > 0) return { kind: 'custom_level', checkboxes: [...checked.keys()] }
  if (dateEffect === 'expires') return { kind: 'override_date', effect: 'expires' }
  if (activeCharges.length > 0) return { kind: 'no_level' }
  const { end_date } = latest.charge
  return {
    kind: 'charges_ended',
    ...chargeOf(latest),
    level: latest.section.level,
    end_date,
    active_until: addDays(end_date, GRACE_DAYS),
  }
}

/** Why a level is a candidate. */
export function candidateReason({ cause, checkbox, level }: Candidate): CandidateReason {
  return typeof cause === 'string'
    ? { kind: 'override_gives_level', by: checkbox ?? 'support_level' }
    : { kind: 'charge_gives_level', ...chargeOf(cause), level, end_date: cause.charge.end_date }
}

function checkboxReason(checkbox: Checkbox, { decision, override }: Case): ValueReason {
  const cause = decision.entitlement.checked.get(checkbox)
  if (cause !== undefined) return causeReason(cause)
  if (decision.granted.checked.has(checkbox)) {
    if (decision.dateEffect === 'expires') return { kind: 'override_expires' }
    if (override?.[checkbox] === false) return { kind: 'override_unsets' }
  }
  const ended = decision.selected
    .flatMap(({ charges }) => charges)
    .find(valid => valid.section.checkbox === checkbox && !decision.activeCharges.includes(valid))
  return ended
    ? { kind: 'charge_ended', ...chargeOf(ended), end_date: ended.charge.end_date }
    : { kind: 'no_charge' }
}

function causeReason(cause: Cause): ValueReason {
  if (typeof cause !== 'string') return { kind: 'charge_active', ...chargeOf(cause) }
  return cause === 'override' ? { kind: 'override_sets' } : { kind: 'follows_from', checkbox: cause }
}

/** A charge's name as in plans.yml, and its section. */
function chargeOf({ charge, section }: ValidCharge): { charge_name: string; section: string } {
  return { charge_name: planName(charge), section: section.section }
}

function fromSalesforce(key: keyof typeof ACCOUNT_COLUMNS): ValueReason {
  return { kind: 'salesforce', fields: [...ACCOUNT_COLUMNS[key].fields] }
}

/** An override can replace only these two of the account's values. */
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
