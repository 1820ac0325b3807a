/**
 * Salesforce ids come in two forms: 15 characters where case matters, and the same with a suffix of three
 * that tells the case again. Both name one record, so every match is on the first 15.
 */

declare const isMatchKey: unique symbol

/** The key under which records of one Salesforce account are matched: 15 letters and digits, with case. */
export type MatchKey = string & { readonly [isMatchKey]: true }

/** The fields of an organization that its key comes from. */
export type Keyed = { salesforce_id: string | null; sfdc_short_id?: unknown }

const CHECKSUM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const SHAPE = /^(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})$/
/** White space, and characters that nobody sees: copied text brings both. */
const OUTER = /^[\s\p{White_Space}\p{Cf}]+|[\s\p{White_Space}\p{Cf}]+$/gu

/** An id without the white space and invisible format characters around it. */
export function trimId(text: string): string {
  return text.replace(OUTER, '')
}

/** The key of a salesforce_id; null for a text that is no Salesforce id: it matches nothing. */
export function matchKey(text: string | null | undefined): MatchKey | null {
  if (text === null || text === undefined) return null
  // Almost every text is an id as it should be.
  const id = SHAPE.test(text) ? text : trimId(text)
  if (!SHAPE.test(id)) return null
  return asKey(id.slice(0, 15))
}

/**
 * The key of an organization: its salesforce_id's, or where that is empty its sfdc_short_id's. An import that blanked
 * one field then does not orphan a customer. A salesforce_id that holds anything else gives no key.
 */
export function organizationKey({ salesforce_id, sfdc_short_id }: Keyed): MatchKey | null {
  if (hasSalesforceId({ salesforce_id })) return matchKey(salesforce_id)
  return typeof sfdc_short_id === 'string' ? matchKey(sfdc_short_id) : null
}

/** Whether anything is left of an organization's salesforce_id once it is trimmed. */
export function hasSalesforceId({ salesforce_id }: Pick<Keyed, 'salesforce_id'>): boolean {
  return salesforce_id !== null && trimId(salesforce_id) !== ''
}

/** Whether a text is a Salesforce id, whatever stands around it. */
export function isSalesforceId(text: string): boolean {
  return matchKey(text) !== null
}

/** The 18-character form of an id; anything that is not a Salesforce id is given back as it is. */
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
  // The one place where a text becomes a key: its shape has been checked.
  return text as MatchKey
}
