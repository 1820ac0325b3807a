/**
 * Salesforce ids come in two forms: 15 characters where case matters, and the same with a suffix of three
 * that tells the case again. Both name one record, so every match is on the first 15.
 */

const CHECKSUM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

/** The key under which an id is matched, everywhere: its first 15 characters, with case. */
export function matchKey(id: string): string {
  return id.slice(0, 15)
}

/** Whether a text has the shape of a Salesforce id: 15 or 18 ASCII letters and digits. */
export function isSalesforceId(text: string): boolean {
  return /^(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})$/.test(text)
}

/** The 18-character form of an id; anything that is not a Salesforce id is given back as it is. */
export function longId(id: string): string {
  if (!isSalesforceId(id)) return id
  const short = matchKey(id)
  const suffix = [0, 5, 10].map(start => {
    const upperCaseBits = [...short.slice(start, start + 5)].reduce(
      (bits, character, position) => (/[A-Z]/.test(character) ? bits | (1 << position) : bits),
      0,
    )
    return CHECKSUM_ALPHABET.charAt(upperCaseBits)
  })
  return short + suffix.join('')
}
