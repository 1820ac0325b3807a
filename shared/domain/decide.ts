import type { Account } from './account.ts'
import { attributesOf } from './attributes.ts'
import type { Calendar } from './calendar.ts'
import type { Candidate, Cause, Entitlement, ValidCharge } from './entitlement.ts'
import { byInstance, type Instance, type InstanceTraits } from './instances.ts'
import { type Override, overriddenCheckboxes } from './overrides.ts'
import { CHECKBOXES, type Checkbox, highestLevel, levelOfCheckbox, type SupportLevel } from './sections.ts'
import type { PlacedSubscription } from './subscriptions.ts'

/** The parts of an entitlement, each with its cause: as the active charges grant them, or as overridden. */
export type Granted = {
  checked: ReadonlyMap<Checkbox, Cause>
  candidates: readonly Candidate[]
  seats: number
  /** Null if no charge has seats and the override does not decide them. */
  seatsFrom: Cause | null
}

/**
 * What an override's date does: it `expires` the object despite its charges, `extends` charges that would have
 * expired, or only `replaces` the date.
 */
export type DateEffect = 'expires' | 'extends' | 'replaces'

/** How an account's entitlement on one instance was decided: the values to write, and what explains them. */
export type Decision = {
  selected: PlacedSubscription[]
  /** The selected subscriptions that have an active valid charge. */
  active: PlacedSubscription[]
  activeCharges: ValidCharge[]
  /** The valid charge that ends last. Its end date is the computed date. */
  latest: ValidCharge
  dateEffect: DateEffect | null
  granted: Granted
  overridden: Granted
  entitlement: Entitlement
  /** An override's support level that had no effect. */
  levelWithoutEffect: SupportLevel | undefined
  /** False if the object expired before the horizon. */
  included: boolean
}

/** What the rules know about an instance: its checkboxes, and which ones follow from others. */
type InstanceRules = Pick<InstanceTraits, 'follows'> & { checkboxes: ReadonlySet<Checkbox> }

const RULES = byInstance((instance, { follows }): InstanceRules => {
  const keys = attributesOf(instance).map(({ key }) => key)
  // A checkbox that others follow from may have no field: `usgov_fedramp` exists for the rules only.
  const isKnown = (checkbox: Checkbox) =>
    keys.includes(checkbox) || follows.some(({ from }) => from === checkbox)
  return { checkboxes: new Set(CHECKBOXES.filter(isKnown)), follows }
})

/** What decides an entitlement in addition to the account: where its subscriptions belong, its override, and the day. */
type Circumstances = {
  placed: readonly PlacedSubscription[]
  override: Override | undefined
  calendar: Calendar
}

/**
 * Decides one account's entitlement on one instance, by the steps of docs/entitlements.md.
 * Null if the instance has none of its subscriptions.
 */
export function decide(
  account: Account,
  instance: Instance,
  { placed, override, calendar }: Circumstances,
): Decision | null {
  const selected = placed.filter(subscription => subscription.instance === instance)
  const charges = selected.flatMap(subscription => subscription.charges)
  const latest = latestToEnd(charges)
  if (latest === undefined) return null

  const dateEffect = effectOfDate(override, latest, calendar)
  const isActive = activityRule(latest, dateEffect, calendar)
  const activeCharges = charges.filter(isActive)
  const rules = RULES[instance]
  const granted = grant(activeCharges, rules)
  const overridden = override ? applyOverride(granted, override, dateEffect, rules) : granted
  const { checked, candidates, seats } = overridden
  const expiration_date = override?.expiration_date ?? latest.charge.end_date
  const winner = highestLevel(candidates.map(({ level }) => level))
  const support_level = winner ?? (checked.size > 0 ? 'custom' : 'expired')
  const expired = support_level === 'expired'

  return {
    selected,
    active: selected.filter(subscription => subscription.charges.some(isActive)),
    activeCharges,
    latest,
    dateEffect,
    granted,
    overridden,
    entitlement: {
      ...withFollowing(checked, rules),
      support_level,
      account_type: expired ? 'former_customer' : 'customer',
      expiration_date,
      seats,
      arr: expired ? 0 : account.arr,
    },
    levelWithoutEffect: override?.support_level === support_level ? undefined : override?.support_level,
    included: expiration_date >= calendar.three_years_out,
  }
}

function latestToEnd(charges: readonly ValidCharge[]): ValidCharge | undefined {
  let latest: ValidCharge | undefined
  for (const valid of charges)
    if (latest === undefined || valid.charge.end_date > latest.charge.end_date) latest = valid
  return latest
}

function effectOfDate(
  override: Override | undefined,
  latest: ValidCharge,
  { expired_end_date }: Calendar,
): DateEffect | null {
  const date = override?.expiration_date
  if (date === undefined) return null
  if (date < expired_end_date) return 'expires'
  return latest.charge.end_date < expired_end_date ? 'extends' : 'replaces'
}

/**
 * Returns a predicate: whether a charge is active, because its days of grace have not ended. If the override extends,
 * the charges that end on the computed date are active too.
 */
function activityRule(latest: ValidCharge, effect: DateEffect | null, { expired_end_date }: Calendar) {
  return ({ charge }: ValidCharge): boolean =>
    charge.end_date >= expired_end_date ||
    (effect === 'extends' && charge.end_date === latest.charge.end_date)
}

function grant(active: readonly ValidCharge[], { checkboxes }: InstanceRules): Granted {
  const checked = new Map<Checkbox, Cause>()
  const candidates: Candidate[] = []
  let most: ValidCharge | null = null
  for (const valid of active) {
    const { checkbox, level, seats } = valid.section
    if (checkboxes.has(checkbox) && !checked.has(checkbox)) checked.set(checkbox, valid)
    const isKnown = candidates.some(known => known.checkbox === checkbox && known.level === level)
    if (level !== null && !isKnown) candidates.push({ level, checkbox, cause: valid })
    if (seats && valid.charge.quantity > (most?.charge.quantity ?? 0)) most = valid
  }
  return { checked, candidates, seats: most?.charge.quantity ?? 0, seatsFrom: most }
}

const NOTHING: Granted = { checked: new Map(), candidates: [], seats: 0, seatsFrom: 'override' }

function applyOverride(
  granted: Granted,
  override: Override,
  dateEffect: DateEffect | null,
  { checkboxes }: InstanceRules,
): Granted {
  if (dateEffect === 'expires') return NOTHING
  const checked = new Map(granted.checked)
  let candidates = granted.candidates
  for (const [checkbox, value] of overriddenCheckboxes(override)) {
    if (!checkboxes.has(checkbox)) continue
    if (value) {
      if (!checked.has(checkbox)) checked.set(checkbox, 'override')
      const level = levelOfCheckbox(checkbox)
      const hasOne = candidates.some(candidate => candidate.checkbox === checkbox)
      if (level !== undefined && !hasOne) candidates = [...candidates, { level, checkbox, cause: 'override' }]
    } else {
      checked.delete(checkbox)
      candidates = candidates.filter(candidate => candidate.checkbox !== checkbox)
    }
  }
  const { support_level: level, seats } = override
  if (level !== undefined) candidates = [...candidates, { level, checkbox: null, cause: 'override' }]
  return {
    checked,
    candidates,
    seats: seats ?? granted.seats,
    seatsFrom: seats === undefined ? granted.seatsFrom : 'override',
  }
}

/** Adds the checkboxes that follow from others, and emergency_support_24x7, which follows from sub_usgov_24x7. */
function withFollowing(given: ReadonlyMap<Checkbox, Cause>, { follows }: InstanceRules) {
  const checked = new Map(given)
  for (const { checkbox, from } of follows)
    if (checked.has(from) && !checked.has(checkbox)) checked.set(checkbox, from)
  return { checked, emergency_support_24x7: checked.has('sub_usgov_24x7') }
}
