/**
 * Salesforce ids come in two forms: 15 characters where case matters, and the same with a suffix of three
 * that tells the case again. Both name one record, so every match is on the first 15.
 */

const CHECKSUM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

/** The key under which an id is matched, everywhere: its first 15 characters, with case. */
export function matchKey(id: string): string {
  return id.slice(0, 15)
}

/** The key of an organization or object: the first 15 characters of its salesforce_id; null without one. */
export function organizationKey({ salesforce_id }: { salesforce_id: string | null }): string | null {
  return salesforce_id === null || salesforce_id.trim() === '' ? null : matchKey(salesforce_id.trim())
}

/** Whether a text has the shape of a Salesforce id: 15 or 18 ASCII letters and digits. */
export function isSalesforceId(text: string): boolean {
  return /^(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})$/.test(text)
}

/** The 18-character form of an id; anything that is not a Salesforce id is given back as it is. */
export function longId(id: string): string {
  if (!isSalesforceId(id)) return id
  const short = matchKey(id)
  let suffix = ''
  for (const start of [0, 5, 10]) {
    let upperCaseBits = 0
    for (let position = 0; position < 5; position += 1) {
      const character = short.charAt(start + position)
      if (character >= 'A' && character <= 'Z') upperCaseBits |= 1 << position
    }
    suffix += CHECKSUM_ALPHABET.charAt(upperCaseBits)
  }
  return short + suffix
}
