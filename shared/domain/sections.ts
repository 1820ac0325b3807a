/** The sections of plans.yml, and what an active charge of each one gives. */

/** Support levels, highest first. */
export const SUPPORT_LEVELS = [
  'ultimate',
  'gold',
  'premium',
  'silver',
  'consumption_only',
  'custom',
  'community',
  'expired',
] as const
export type SupportLevel = (typeof SUPPORT_LEVELS)[number]

/** When a charge claims its subscription for an instance: always, only for exception accounts, or never. */
export type Claim = 'always' | 'with exception' | 'never'

type SectionRule = {
  section: string
  /** The subscription checkbox that an active charge sets, if the instance has it. */
  checkbox: string
  /** The support level that an active charge is a candidate for, on every instance. */
  level: Exclude<SupportLevel, 'custom' | 'expired'> | null
  /** Whether the charge's quantity counts as seats. */
  seats: boolean
  /** When its charges claim a subscription for US Government. */
  usgov: Claim
}

/** One row per section. To add a section, add a row here and its checkbox to the attribute catalogue. */
export const SECTIONS = [
  withSeats('sm_ultimate', 'sub_sm_ultimate', 'ultimate', 'with exception'),
  withSeats('sm_premium', 'sub_sm_premium', 'premium', 'with exception'),
  withSeats('dotcom_ultimate', 'sub_dotcom_ultimate', 'ultimate', 'never'),
  withSeats('dotcom_gold', 'sub_dotcom_ultimate', 'gold', 'never'),
  withSeats('dotcom_premium', 'sub_dotcom_premium', 'premium', 'never'),
  withSeats('dotcom_silver', 'sub_dotcom_premium', 'silver', 'never'),
  withSeats('gitlab_dedicated', 'sub_gitlab_dedicated', 'ultimate', 'with exception'),
  withSeats('edu', 'sub_edu', 'community', 'never'),
  withSeats('oss', 'sub_oss', 'community', 'never'),
  withSeats('community_other', 'sub_community_other', 'community', 'never'),
  withoutSeats('consumption_cicd_minutes', 'sub_consumption_cicd_minutes', 'consumption_only', 'never'),
  withoutSeats('consumption_storage', 'sub_consumption_storage', 'consumption_only', 'never'),
  withoutSeats('consumption_eap', 'sub_consumption_eap', 'consumption_only', 'never'),
  withoutSeats(
    'consumption_duo_premium',
    'sub_consumption_duo_premium',
    'consumption_only',
    'with exception',
  ),
  withoutSeats(
    'consumption_duo_enterprise',
    'sub_consumption_duo_enterprise',
    'consumption_only',
    'with exception',
  ),
  withoutSeats(
    'consumption_duo_amazon_q',
    'sub_consumption_duo_amazon_q',
    'consumption_only',
    'with exception',
  ),
  withoutSeats('ss_ase', 'sub_ss_ase', null, 'with exception'),
  withoutSeats('ss_growth', 'sub_ss_growth', null, 'never'),
  withoutSeats('ss_enterprise', 'sub_ss_enterprise', null, 'never'),
  withoutSeats('usgov_12x5', 'sub_usgov_12x5', null, 'always'),
  withoutSeats('usgov_24x7', 'sub_usgov_24x7', null, 'always'),
  withSeats('usgov_fedramp', 'usgov_fedramp', 'ultimate', 'always'),
] as const satisfies readonly SectionRule[]

export type Section = (typeof SECTIONS)[number]
export type SectionName = Section['section']

/** A checkbox that a section sets. `usgov_fedramp` is internal: it has no Zendesk field. */
export type Checkbox = Section['checkbox']

/** Every subscription checkbox, once. */
export const CHECKBOXES: readonly Checkbox[] = [...new Set(SECTIONS.map(section => section.checkbox))]

/** The highest of some support levels; undefined if there are none. */
export function highestLevel(levels: Iterable<SupportLevel>): SupportLevel | undefined {
  const candidates = new Set(levels)
  return SUPPORT_LEVELS.find(level => candidates.has(level))
}

/** The highest level among a checkbox's sections; undefined if none of them has one. */
export function levelOfCheckbox(checkbox: Checkbox): SupportLevel | undefined {
  const sections: readonly SectionRule[] = SECTIONS.filter(section => section.checkbox === checkbox)
  return highestLevel(sections.flatMap(({ level }) => (level === null ? [] : [level])))
}

function withSeats<Name extends string, Box extends string>(
  section: Name,
  checkbox: Box,
  level: SectionRule['level'],
  usgov: SectionRule['usgov'],
) {
  return { section, checkbox, level, seats: true, usgov }
}

function withoutSeats<Name extends string, Box extends string>(
  section: Name,
  checkbox: Box,
  level: SectionRule['level'],
  usgov: SectionRule['usgov'],
) {
  return { ...withSeats(section, checkbox, level, usgov), seats: false }
}
