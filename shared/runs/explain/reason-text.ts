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

/** Why an attribute has its value. */
export function valueText(reason: ValueReason): string {
  switch (reason.kind) {
    case 'charge_gives_level':
      return `${quoted(reason.charge_name)} (${reason.section})`
    case 'override_gives_level':
      return `the override's ${reason.by}`
    case 'highest_candidate':
      return `the highest of ${reason.candidates} candidates: ${valueText(reason.highest)}`
    case 'custom_level':
      return `no candidate for a level, but ${reason.checkboxes.join(', ')} is set`
    case 'charges_ended':
      return `${quoted(reason.charge_name)} ended ${reason.end_date}, its ${GRACE_DAYS} days of grace ended ${reason.active_until}`
    case 'no_level':
      return 'no candidate for a level, and no checkbox is set'
    case 'salesforce':
      return `Salesforce: ${reason.fields.join(', ')}`
    case 'partner_track':
      return `Salesforce: ${reason.fields.join(', ')}, or the alliance's id`
    case 'always_for_partner':
      return 'always for a partner'
    case 'entitled_is_not_marked':
      return 'always: an entitled organization is not marked'
    case 'field_changed':
      return 'not synced: its field has changed in Zendesk (FIELDS_CHANGED)'
    case 'support_expired':
      return 'support is expired'
    case 'support_not_expired':
      return 'support is not expired'
    case 'zero_when_expired':
      return '0 when expired'
    case 'override':
      return `the override${reason.is_rounded ? ', rounded' : ''}`
    case 'override_date':
      return {
        expires: "the override's date, which expires it",
        extends: "the override's date, which extends it",
        replaces: "the override's date",
      }[reason.effect]
    case 'override_expires':
      return "the override's date expires it"
    case 'override_sets':
      return 'the override sets it'
    case 'override_unsets':
      return 'the override clears it'
    case 'ends_last':
      return `${quoted(reason.charge_name)} ends last`
    case 'most_seats':
      return `the highest quantity of its active charges: ${quoted(reason.charge_name)}, ${reason.quantity}${reason.is_rounded ? ', rounded' : ''}`
    case 'no_seats':
      return 'no active charge counts seats'
    case 'charge_active':
      return `${quoted(reason.charge_name)} is active`
    case 'charge_ended':
      return `${quoted(reason.charge_name)} ended ${reason.end_date}`
    case 'no_charge':
      return 'no charge sets it'
    case 'follows_from':
      return `follows from ${reason.checkbox}`
    case 'follows_from_unset':
      return `${reason.checkbox} is not set`
  }
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

/** Why there is no object. */
export function withoutText({ kind }: WithoutReason): string {
  switch (kind) {
    case 'no_subscriptions':
      return 'the account has no subscriptions'
    case 'alliance_partner':
      return "its organization is an alliance partner's: partner-sync owns it"
    case 'no_subscription_of_instance':
      return "none of its subscriptions is this instance's"
    case 'expired_long_ago':
      return 'it expired more than three years ago'
    case 'no_customer':
      return 'there is no customer account'
    case 'no_partner':
      return 'Salesforce has no authorized partner with this id'
  }
}

/** The instances that claim subscriptions: `US Government's`. */
const CLAIMANTS = INSTANCES.filter(instance => instance !== INSTANCE_OF_THE_REST)
  .map(instance => `${TRAITS[instance].name}'s`)
  .join(' or ')

/** Why a subscription belongs to its instance. */
export function placeText(reason: PlaceReason): string {
  switch (reason.kind) {
    case 'no_known_charge':
      return 'plans.yml lists none of its charges'
    case 'no_deciding_charge':
      return 'it has no deciding charge'
    case 'unclaimed':
      return reason.is_active
        ? `none of its active charges is ${CLAIMANTS}`
        : `its charges in plans.yml have all ended, and none of them is ${CLAIMANTS}`
    case 'claimed':
      return `${quoted(reason.charge_name)} is ${placeName(reason.instance)}'s${reason.is_exception ? ' for an exception account' : ''}`
  }
}

/** The name of the instance that a subscription belongs to. */
export function placeName(instance: Instance | null): string {
  return instance === null ? 'no instance' : TRAITS[instance].name
}

/** Why the sync writes something, or does not. */
export function planText(reason: PlanReason): string {
  switch (reason.kind) {
    case 'in_sync':
      return 'Zendesk has these values already'
    case 'other_values':
      return 'Zendesk has other values'
    case 'changes_held_back':
      return 'the changes are held back'
    case 'mark_held_back':
      return 'its mark is held back'
    case 'unmarked_in_doubt':
      return 'its account is in doubt, so the sync removes the mark'
    case 'no_organization':
      return 'there is no organization yet'
    case 'expired_without_organization':
      return 'there is no organization, and an expired account does not get one'
    case 'nothing_to_be':
      return 'there is no organization, and there should be none'
    case 'partner_organization':
      return `a partner's organization (${reason.account_type}) is partner-sync's`
    case 'marked_already':
      return 'it is already marked'
    case 'unclaimed_organization':
      return 'it has no object to compare with'
    case 'protected':
      return 'protected_ids.yml lists it, so it is never marked'
    case 'user_not_synced':
      return 'the sync does not change agents, admins and users without an email address'
    case 'user_marked_already':
      return 'already marked: there is no contact'
    case 'user_without_contact':
      return 'no contact who should be a user has this email address'
    case 'user_of_lower_id':
      return 'another user with a lower id has this email address'
    case 'contacts_unknown':
      return "the contacts of this user's organization are unknown (ORGANIZATION_NOT_ASKED), or the compare has not run"
  }
}

/** A note about something unusual. */
export function noteText(note: Note): string {
  switch (note.kind) {
    case 'unmapped_charges':
      return `UNMAPPED_CHARGES: ${listed(note.charge_names)} ${note.charge_names.length === 1 ? 'is active, but plans.yml does not list it, so it gives' : 'are active, but plans.yml does not list them, so they give'} nothing`
    case 'loose_charges':
      return `${note.charge_names.length === 1 ? 'a charge belongs to none of its subscriptions and is' : `${note.charge_names.length} charges belong to none of its subscriptions and are`} ignored: ${listed(note.charge_names)}`
    case 'partner_is_customer':
      return `PARTNER_IS_CUSTOMER: its organization is of type ${note.account_type} and becomes a customer's again`
    case 'decided_otherwise': {
      const changes = Object.entries(note.changes).map(([key, { from, to }]) => `${key} ${from}, here ${to}`)
      return `the run decided differently on ${placeName(note.instance)} (${changes.join('; ')}): its plans, overrides, date or accounts were different`
    }
    case 'no_account':
      return 'Salesforce returned no account with this id: it does not exist, or its type is not Customer or Former Customer'
    case 'no_salesforce_id':
      return 'the organization has no salesforce_id, so it matches no account'
    case 'level_without_effect':
      return `its support_level ${note.level} has no effect: ${note.winner} wins`
    case 'override_without_object':
      return 'it has no effect: the account has no object on any instance'
  }
}

function listed(chargeNames: readonly string[]): string {
  return chargeNames.map(quoted).join(', ')
}

/** A charge name as in plans.yml. */
function quoted(chargeName: string): string {
  return `"${chargeName}"`
}
