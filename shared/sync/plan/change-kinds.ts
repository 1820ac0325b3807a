import { CHECKBOXES, type Changes } from '../../domain/index.ts'

/**
 * The kinds of change, most important first. A record is shown under the first kind of its changes.
 */
export const CHANGE_KINDS = [
  'create',
  'level',
  'expiry',
  'unmark',
  'date',
  'subscriptions',
  'seats',
  'hold',
  'identity',
  'owners',
  'other',
  'mark',
] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** The title above the records of a kind. */
export const CHANGE_KIND_TITLES: Readonly<Record<ChangeKind, string>> = {
  create: 'New',
  level: 'Support level changes',
  expiry: 'Support expires',
  unmark: 'No longer marked',
  date: 'Expiration date changes',
  subscriptions: 'Subscriptions change',
  seats: 'Seats change',
  hold: 'Hold, escalation or restriction changes',
  identity: 'Name, id or type changes',
  owners: 'Owners change',
  other: 'Other changes',
  mark: 'To be marked',
}

/** The kind of every attribute except support_level, whose kind depends on its new value. */
export const KIND_BY_ATTRIBUTE: Readonly<Record<string, ChangeKind>> = {
  ...Object.fromEntries(CHECKBOXES.map(checkbox => [checkbox, 'subscriptions'])),
  emergency_support_24x7: 'subscriptions',
  mark_for_deletion: 'unmark',
  not_in_sfdc: 'unmark',
  expiration_date: 'date',
  seats_decimal: 'seats',
  number_of_seats: 'seats',
  support_hold: 'hold',
  org_in_escalated_state: 'hold',
  restricted_account: 'hold',
  name: 'identity',
  salesforce_id: 'identity',
  sfdc_short_id: 'identity',
  account_type: 'identity',
  organization_id: 'identity',
  account_owner: 'owners',
  technical_account_manager: 'owners',
  solutions_architect: 'owners',
  aar: 'other',
  arr: 'other',
  sales_segmentation: 'other',
  market_segment: 'other',
  org_region: 'other',
}

/** The kind of an update: that of its most important change. */
export function kindOfUpdate(changes: Changes): ChangeKind {
  const kinds = new Set(Object.entries(changes).map(([attribute, { to }]) => kindOfChange(attribute, to)))
  return CHANGE_KINDS.find(kind => kinds.has(kind)) ?? 'other'
}

function kindOfChange(attribute: string, to: unknown): ChangeKind {
  if (attribute === 'support_level') return to === 'expired' ? 'expiry' : 'level'
  return KIND_BY_ATTRIBUTE[attribute] ?? 'other'
}
