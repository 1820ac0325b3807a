import type { Account } from './account.ts'
import { ATTRIBUTES, attributesOf, type Instance } from './attributes.ts'
import type { Calendar, Day } from './calendar.ts'
import type { Entitlement } from './entitlement.ts'
import { roundToCents } from './kinds.ts'
import { type Override, overriddenCheckboxes } from './overrides.ts'
import {
  CHECKBOXES,
  type Checkbox,
  highestLevel,
  levelOfCheckbox,
  SUPPORT_LEVELS,
  type SupportLevel,
} from './sections.ts'
import type { PlacedSubscription, ValidCharge } from './subscriptions.ts'

/** What active charges make of an entitlement before anybody overrides it. */
type Granted = {
  checked: Set<Checkbox>
  /** The candidates for the support level, by the checkbox whose charges added them. */
  levels: Map<Checkbox, Set<SupportLevel>>
  seats: number
}

/** How one instance's entitlement of one account came about; what explains it and what is written of it. */
export type Decision = {
  selected: PlacedSubscription[]
  /** The selected subscriptions that hold an active charge of a valid name. */
  active: PlacedSubscription[]
  candidates: SupportLevel[]
  entitlement: Entitlement
  /** An override's support level that changed nothing. */
  levelWithoutEffect: SupportLevel | undefined
  /** False when it expired more than three years ago. */
  included: boolean
}

/** The checkboxes that an instance has; US Government has `usgov_fedramp` too, for the rules alone. */
const CHECKBOXES_BY_INSTANCE = {
  global: checkboxesOf('global'),
  usgov: checkboxesOf('usgov').add('usgov_fedramp'),
}

/**
 * Decides one account's entitlement on one instance, by the steps of docs/entitlements.md.
 * Gives null when none of its subscriptions is that instance's.
 */
export function decide(
  account: Account,
  instance: Instance,
  placed: readonly PlacedSubscription[],
  override: Override | undefined,
  calendar: Calendar,
): Decision | null {
  const selected = placed.filter(subscription => subscription.instance === instance)
  const charges = selected.flatMap(subscription => subscription.charges)
  const computedDate = latestEndDate(charges)
  if (computedDate === undefined) return null

  const isActive = activityRule(computedDate, override, calendar)
  const granted = grant(charges.filter(isActive), instance)
  const overridden = override ? applyOverride(granted, override, instance, calendar) : granted
  const candidates = candidatesOf(overridden, override, calendar)
  const expiration_date = override?.expiration_date ?? computedDate
  const support_level = highestLevel(candidates) ?? (overridden.checked.size > 0 ? 'custom' : 'expired')
  const expired = support_level === 'expired'

  return {
    selected,
    active: selected.filter(subscription => subscription.charges.some(isActive)),
    candidates,
    entitlement: {
      ...schedule(overridden.checked, instance, expired),
      support_level,
      account_type: expired ? 'former_customer' : 'customer',
      expiration_date,
      seats: instance === 'usgov' ? Math.ceil(overridden.seats) : roundToCents(overridden.seats),
      arr: expired ? 0 : account.arr,
    },
    levelWithoutEffect: isBelow(override?.support_level, support_level) ? override?.support_level : undefined,
    included: expiration_date >= calendar.three_years_out,
  }
}

function latestEndDate(charges: readonly ValidCharge[]): Day | undefined {
  let latest: Day | undefined
  for (const { charge } of charges)
    if (latest === undefined || charge.end_date > latest) latest = charge.end_date
  return latest
}

/**
 * A charge is active while its end date is in the grace period. An override's date that is, where the computed
 * one was not, extends: the charges that end on the computed date count as active.
 */
function activityRule(computedDate: Day, override: Override | undefined, { expired_end_date }: Calendar) {
  const overrideDate = override?.expiration_date
  const extends_ =
    overrideDate !== undefined && computedDate < expired_end_date && overrideDate >= expired_end_date
  return ({ charge }: ValidCharge): boolean =>
    charge.end_date >= expired_end_date || (extends_ && charge.end_date === computedDate)
}

function grant(active: readonly ValidCharge[], instance: Instance): Granted {
  const granted: Granted = { checked: new Set(), levels: new Map(), seats: 0 }
  for (const { charge, section } of active) {
    if (CHECKBOXES_BY_INSTANCE[instance].has(section.checkbox)) granted.checked.add(section.checkbox)
    if (section.level !== null) addLevel(granted.levels, section.checkbox, section.level)
    if (section.seats) granted.seats = Math.max(granted.seats, charge.quantity)
  }
  return granted
}

function applyOverride(
  granted: Granted,
  override: Override,
  instance: Instance,
  calendar: Calendar,
): Granted {
  if (expires(override, calendar)) return { checked: new Set(), levels: new Map(), seats: 0 }
  const checked = new Set(granted.checked)
  const levels = new Map(granted.levels)
  for (const [checkbox, value] of overriddenCheckboxes(override)) {
    if (!CHECKBOXES_BY_INSTANCE[instance].has(checkbox)) continue
    if (value) {
      checked.add(checkbox)
      const level = levelOfCheckbox(checkbox)
      if (level !== undefined && !levels.has(checkbox)) levels.set(checkbox, new Set([level]))
    } else {
      checked.delete(checkbox)
      levels.delete(checkbox)
    }
  }
  return { checked, levels, seats: override.seats ?? granted.seats }
}

function candidatesOf(
  { levels }: Granted,
  override: Override | undefined,
  calendar: Calendar,
): SupportLevel[] {
  const candidates = [...levels.values()].flatMap(ofCheckbox => [...ofCheckbox])
  if (!override?.support_level || expires(override, calendar)) return candidates
  return [...candidates, override.support_level]
}

/** An override's date before the grace period expires the object, whatever its charges say. */
function expires({ expiration_date }: Override, { expired_end_date }: Calendar): boolean {
  return expiration_date !== undefined && expiration_date < expired_end_date
}

/** Checkboxes that follow from others, and US Government's schedule: 24x7, or else 12x5, unless expired. */
function schedule(given: ReadonlySet<Checkbox>, instance: Instance, expired: boolean) {
  const checked = new Set(given)
  if (instance === 'global') {
    if (checked.has('sub_ss_enterprise')) checked.add('sub_ss_ase')
    return { checked, emergency_support_24x7: false }
  }
  if (checked.has('usgov_fedramp')) checked.add('sub_gitlab_dedicated').add('sub_usgov_24x7')
  const roundTheClock = checked.has('sub_usgov_24x7') && !expired
  checked.delete('sub_usgov_12x5')
  checked.delete('sub_usgov_24x7')
  if (!expired) checked.add(roundTheClock ? 'sub_usgov_24x7' : 'sub_usgov_12x5')
  return { checked, emergency_support_24x7: roundTheClock }
}

function isBelow(level: SupportLevel | undefined, winner: SupportLevel): boolean {
  if (level === undefined) return false
  return winner === 'expired' || SUPPORT_LEVELS.indexOf(level) > SUPPORT_LEVELS.indexOf(winner)
}

function addLevel(levels: Map<Checkbox, Set<SupportLevel>>, checkbox: Checkbox, level: SupportLevel): void {
  const known = levels.get(checkbox)
  if (known) known.add(level)
  else levels.set(checkbox, new Set([level]))
}

function checkboxesOf(instance: Instance): Set<Checkbox> {
  const keys = attributesOf(instance, ATTRIBUTES).map(attribute => attribute.key)
  return new Set(CHECKBOXES.filter(checkbox => keys.includes(checkbox)))
}
