import {
  addDays,
  type Day,
  daySchema,
  GRACE_DAYS,
  INSTANCE_OF_THE_REST,
  INSTANCES,
  type Instance,
  inWords,
  TRAITS,
} from '../../domain/index.ts'
import type { Note, PlaceReason, PlanReason, ValueReason, WithoutReason } from './reason.ts'

/** The sentence for every reason of an explanation. Programs use only a reason's kind. */

/** For each kind of a reason its sentence, or a function of its details. */
type Sentences<Reason extends { kind: string }> = {
  readonly [Kind in Reason['kind']]: string | ((reason: Extract<Reason, { kind: Kind }>) => string)
}

function sentence<Reason extends { kind: string }>(sentences: Sentences<Reason>, reason: Reason): string {
  const found = sentences[reason.kind as Reason['kind']]
  // TypeScript cannot see that this reason is of the kind that the function takes.
  return typeof found === 'string' ? found : found(reason as never)
}

const VALUE_SENTENCES: Sentences<ValueReason> = {
  charge_gives_level: reason => `${quoted(reason.charge_name)} (${reason.section})`,
  override_gives_level: reason => `the override's ${reason.by}`,
  highest_candidate: reason => `the highest of ${reason.candidates} candidates: ${valueText(reason.highest)}`,
  custom_level: reason => `no candidate for a level, but ${reason.checkboxes.join(', ')} is set`,
  charges_ended: reason =>
    `${quoted(reason.charge_name)} ended ${reason.end_date}, its ${GRACE_DAYS} days of grace ended ${reason.active_until}`,
  no_level: 'no candidate for a level, and no checkbox is set',
  salesforce: reason => `Salesforce: ${reason.fields.join(', ')}`,
  partner_track: reason => `Salesforce: ${reason.fields.join(', ')}, or the alliance's id`,
  always_for_partner: 'always for a partner',
  entitled_is_not_marked: 'always: an entitled organization is not marked',
  field_changed: 'not synced: its field has changed in Zendesk (FIELDS_CHANGED)',
  support_expired: 'support is expired',
  support_not_expired: 'support is not expired',
  zero_when_expired: '0 when expired',
  override: reason => `the override${reason.is_rounded ? ', rounded' : ''}`,
  override_date: ({ effect }) => `the override's date${effect === 'replaces' ? '' : `, which ${effect} it`}`,
  override_expires: "the override's date expires it",
  override_sets: 'the override sets it',
  override_unsets: 'the override clears it',
  ends_last: reason => `${quoted(reason.charge_name)} ends last`,
  most_seats: reason =>
    `the highest quantity of its active charges: ${quoted(reason.charge_name)}, ${reason.quantity}${reason.is_rounded ? ', rounded' : ''}`,
  no_seats: 'no active charge counts seats',
  charge_active: reason => `${quoted(reason.charge_name)} is active`,
  charge_ended: reason => `${quoted(reason.charge_name)} ended ${reason.end_date}`,
  no_charge: 'no charge sets it',
  follows_from: reason => `follows from ${reason.checkbox}`,
  follows_from_unset: reason => `${reason.checkbox} is not set`,
}

/** Why an attribute has its value. */
export function valueText(reason: ValueReason): string {
  return sentence(VALUE_SENTENCES, reason)
}

/** A support level and the reason, as an answer: `expired: Premium ended 16 days ago; …`. */
export function levelText(level: string, reason: ValueReason, today: Day): string {
  return `${level}: ${levelBecause(reason, today)}`
}

function levelBecause(reason: ValueReason, today: Day): string {
  switch (reason.kind) {
    case 'highest_candidate':
      return `${levelBecause(reason.highest, today)} (the highest of ${reason.candidates} candidates)`
    case 'charge_gives_level': {
      const name = quoted(reason.charge_name)
      if (reason.end_date >= today) return `${name} is active until ${dayText(reason.end_date, today)}`
      const graceEnds = addDays(daySchema.parse(reason.end_date), GRACE_DAYS)
      const ended = `${name} ended ${daysAgo(reason.end_date, today)}`
      return graceEnds < today
        ? `${ended}, and the override's date extends it`
        : `${ended}; the ${GRACE_DAYS} days of grace end on ${dayText(graceEnds, today)}`
    }
    case 'charges_ended': {
      const what = reason.level === null ? quoted(reason.charge_name) : inWords(reason.level)
      return `${what} ended ${daysAgo(reason.end_date, today)}; the ${GRACE_DAYS} days of grace ended on ${dayText(reason.active_until, today)}`
    }
    default:
      return valueText(reason)
  }
}

function daysAgo(day: string, today: Day): string {
  const days = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000)
  return days === 1 ? 'yesterday' : `${days} days ago`
}

const MONTHS = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' })

/** A date as text, with its year if it is not this year. */
function dayText(day: string, today: Day): string {
  const text = `${Number(day.slice(8))} ${MONTHS.format(new Date(day))}`
  return day.slice(0, 4) === today.slice(0, 4) ? text : `${text} ${day.slice(0, 4)}`
}

/**
 * The steps from a charge to a field's value. Null if the value does not come from a charge.
 * `value` is the field's value.
 */
export function valuePath(reason: ValueReason, attribute: string, value: string): string[] | null {
  const field = `${attribute} ${value}`
  switch (reason.kind) {
    case 'highest_candidate':
      return valuePath(reason.highest, attribute, value)
    case 'charge_gives_level':
      return [...chargeSteps(reason), `level ${reason.level}`, field]
    case 'charges_ended':
      return [...chargeSteps(reason), `ended ${reason.end_date}, grace until ${reason.active_until}`, field]
    case 'most_seats':
      return [...chargeSteps(reason), `quantity ${reason.quantity}, the highest`, field]
    case 'ends_last':
      return [...chargeSteps(reason), `ends ${reason.end_date}, the last`, field]
    case 'charge_active':
      return [...chargeSteps(reason), 'active', field]
    case 'charge_ended':
      return [...chargeSteps(reason), `ended ${reason.end_date}`, field]
    default:
      return null
  }
}

function chargeSteps({ charge_name, section }: { charge_name: string; section: string }): string[] {
  return [`charge ${quoted(charge_name)}`, `section ${section}`]
}

const WITHOUT_SENTENCES: Sentences<WithoutReason> = {
  no_subscriptions: 'the account has no subscriptions',
  alliance_partner: "its organization is an alliance partner's: partner-sync owns it",
  no_subscription_of_instance: "none of its subscriptions is this instance's",
  expired_long_ago: 'it expired more than three years ago',
  no_customer: 'there is no customer account',
  no_partner: 'Salesforce has no authorized partner with this id',
}

/** Why there is no object. */
export function withoutText(reason: WithoutReason): string {
  return sentence(WITHOUT_SENTENCES, reason)
}

/** The instances that claim subscriptions: `US Government's`. */
const CLAIMANTS = INSTANCES.filter(instance => instance !== INSTANCE_OF_THE_REST)
  .map(instance => `${TRAITS[instance].name}'s`)
  .join(' or ')

const PLACE_SENTENCES: Sentences<PlaceReason> = {
  no_known_charge: 'plans.yml lists none of its charges',
  no_deciding_charge: 'it has no deciding charge',
  unclaimed: reason =>
    reason.is_active
      ? `none of its active charges is ${CLAIMANTS}`
      : `its charges in plans.yml have all ended, and none of them is ${CLAIMANTS}`,
  claimed: reason =>
    `${quoted(reason.charge_name)} is ${placeName(reason.instance)}'s${reason.is_exception ? ' for an exception account' : ''}`,
}

/** Why a subscription belongs to its instance. */
export function placeText(reason: PlaceReason): string {
  return sentence(PLACE_SENTENCES, reason)
}

/** The name of the instance that a subscription belongs to. */
export function placeName(instance: Instance | null): string {
  return instance === null ? 'no instance' : TRAITS[instance].name
}

const PLAN_SENTENCES: Sentences<PlanReason> = {
  in_sync: 'Zendesk has these values already',
  other_values: 'Zendesk has other values',
  changes_held_back: 'the changes are held back',
  mark_held_back: 'its mark is held back',
  unmarked_in_doubt: 'its account is in doubt, so the sync removes the mark',
  no_organization: 'there is no organization yet',
  expired_without_organization: 'there is no organization, and an expired account does not get one',
  nothing_to_be: 'there is no organization, and there should be none',
  partner_organization: reason => `a partner's organization (${reason.account_type}) is partner-sync's`,
  marked_already: 'it is already marked',
  unclaimed_organization: 'it has no object to compare with',
  protected: 'protected_ids.yml lists it, so it is never marked',
  user_not_synced: 'the sync does not change agents, admins and users without an email address',
  user_marked_already: 'already marked: there is no contact',
  user_without_contact: 'no contact who should be a user has this email address',
  user_of_lower_id: 'another user with a lower id has this email address, or the compare has not run',
}

/** Why the sync writes something, or does not. */
export function planText(reason: PlanReason): string {
  return sentence(PLAN_SENTENCES, reason)
}

const NOTE_SENTENCES: Sentences<Note> = {
  unmapped_charges: note =>
    `UNMAPPED_CHARGES: ${note.charge_names.map(quoted).join(', ')} is active, but plans.yml does not list it, so it gives nothing`,
  loose_charges: note =>
    `${note.charge_names.length} charges belong to none of its subscriptions and are ignored: ${note.charge_names.map(quoted).join(', ')}`,
  partner_is_customer: note =>
    `PARTNER_IS_CUSTOMER: its organization is of type ${note.account_type} and becomes a customer's again`,
  decided_otherwise: note => {
    const changes = Object.entries(note.changes).map(([key, { from, to }]) => `${key} ${from}, here ${to}`)
    return `the run decided differently on ${note.instance} (${changes.join('; ')}): its plans, overrides, date or accounts were different`
  },
  no_account:
    'Salesforce returned no account with this id: it does not exist, or its type is not Customer or Former Customer',
  no_salesforce_id: 'the organization has no salesforce_id, so it matches no account',
  level_without_effect: note => `its support_level ${note.level} has no effect: ${note.winner} wins`,
  override_without_object: 'it has no effect: the account has no object on any instance',
}

/** A note about something unusual. */
export function noteText(note: Note): string {
  return sentence(NOTE_SENTENCES, note)
}

/** A charge name as in plans.yml. */
function quoted(chargeName: string): string {
  return `"${chargeName}"`
}
