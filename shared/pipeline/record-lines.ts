import { type MatchKey, matchKey } from '../domain/index.ts'

/**
 * Reads values from a record's line in an artifact, without parsing the line. Inside a text, JSON escapes quotes, so
 * `"id":` can only be a key. A reader returns undefined for a line that it cannot read: parse that line.
 */

const ID = /"id":([0-9]{1,15})[,}]/
const salesforceIdIn = textReader('salesforce_id')

/** Creates a reader of a text, which may be null. */
export function textReader(key: string): (line: string) => string | null | undefined {
  const value = new RegExp(`"${key}":(?:"([^"\\\\]*)"|null)[,}]`)
  return line => {
    const found = value.exec(line)
    return found === null ? undefined : (found[1] ?? null)
  }
}

/** Reads Zendesk's id. */
export function idIn(line: string): number | undefined {
  const [, id] = ID.exec(line) ?? []
  return id === undefined ? undefined : Number(id)
}

/** Reads the key of the salesforce_id. It is a copy: a part of the line would keep the whole line in memory. */
export function keyIn(line: string): MatchKey | undefined {
  const key = matchKey(salesforceIdIn(line))
  return (key && matchKey(Buffer.from(key, 'latin1').toString('latin1'))) ?? undefined
}
