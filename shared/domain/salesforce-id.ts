/**
 * A Salesforce id has two forms: 15 case-sensitive characters, or the same with a suffix of three that encodes the
 * case. Both identify the same record, so every match uses the first 15.
 */

declare const isMatchKey: unique symbol

/** The key that matches the records of one Salesforce account: 15 letters and digits, case-sensitive. */
export type MatchKey = string & { readonly [isMatchKey]: true }

/** The fields of an organization that its key comes from. */
export type Keyed = { salesforce_id: string | null; sfdc_short_id?: unknown }

const CHECKSUM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const SHAPE = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/
/** White space and invisible characters: copied text may have both. */
const OUTER = /^[\s\p{White_Space}\p{Cf}]+|[\s\p{White_Space}\p{Cf}]+$/gu

/** Removes white space and invisible format characters around an id. */
export function trimId(text: string): string {
  // Almost every id needs no trimming.
  return SHAPE.test(text) ? text : text.replace(OUTER, '')
}

/** The key of a salesforce_id; null for a text that is not a Salesforce id, which matches nothing. */
export function matchKey(text: string | null | undefined): MatchKey | null {
  if (text === null || text === undefined) return null
  if (SHAPE.test(text)) return asKey(text.slice(0, 15))
  const id = trimId(text)
  return SHAPE.test(id) ? asKey(id.slice(0, 15)) : null
}

/**
 * The key of an organization: that of its salesforce_id, or of its sfdc_short_id if the salesforce_id is empty. So a
 * customer keeps its organization if an import empties that field. A salesforce_id with any other text gives no key.
 */
export function organizationKey({ salesforce_id, sfdc_short_id }: Keyed): MatchKey | null {
  if (hasSalesforceId({ salesforce_id })) return matchKey(salesforce_id)
  return typeof sfdc_short_id === 'string' ? matchKey(sfdc_short_id) : null
}

/**
 * The key of the account that an organization probably belongs to: its own, or that of its sfdc_short_id if its
 * salesforce_id is text without a key.
 */
export function probableKey(organization: Keyed): MatchKey | null {
  const { sfdc_short_id } = organization
  return organizationKey(organization) ?? (typeof sfdc_short_id === 'string' ? matchKey(sfdc_short_id) : null)
}

/** Whether an organization's salesforce_id is not empty after trimming. */
export function hasSalesforceId({ salesforce_id }: Pick<Keyed, 'salesforce_id'>): boolean {
  return salesforce_id !== null && trimId(salesforce_id) !== ''
}

/** Whether a text is a Salesforce id, with or without white space around it. */
export function isSalesforceId(text: string): boolean {
  return matchKey(text) !== null
}

/** The 18-character form of an id. A text that is not a Salesforce id is returned unchanged. */
export function longId(id: string): string {
  const key = matchKey(id)
  if (key === null) return id
  const trimmed = trimId(id)
  return trimmed.length === 18 ? trimmed : key + suffixOf(key)
}

function suffixOf(key: MatchKey): string {
  let suffix = ''
  for (const start of [0, 5, 10]) {
    let upperCaseBits = 0
    for (let position = 0; position < 5; position += 1) {
      const character = key.charAt(start + position)
      if (character >= 'A' && character <= 'Z') upperCaseBits |= 1 << position
    }
    suffix += CHECKSUM_ALPHABET.charAt(upperCaseBits)
  }
  return suffix
}

function asKey(text: string): MatchKey {
  // The only place where a text becomes a key. matchKey has checked its shape.
  return text as MatchKey
}
