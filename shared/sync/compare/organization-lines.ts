import { hash } from 'node:crypto'
import { type MatchKey, matchKey } from '../../domain/index.ts'

/**
 * A stage prints an organization as its id and its attributes. The same attributes always have the same text, so a
 * checksum of the text shows whether an organization equals a record that was parsed and checked: then its line is
 * valid too, and needs no parsing. Any other line must be parsed.
 */
export type OrganizationLine = { id: number; key: MatchKey; sum: string }

type Values = Readonly<Record<string, unknown>>

const ID = /^"id":([0-9]{1,15})$/
// JSON escapes the quotes in a text, so this can only be a key and its value.
const SALESFORCE_ID = /"salesforce_id":"([^"\\]+)"/

/** Returns a function that computes the sum of a record's attributes, in the order of these keys. */
export function attributeSum(keys: readonly string[]): (record: Values) => string {
  const blank = Object.fromEntries(keys.map(key => [key, null]))
  return record => {
    // Copying an object that has all keys is twice as fast as adding them one by one.
    const attributes: Record<string, unknown> = { ...blank }
    for (const key of keys) attributes[key] = record[key]
    return sumOfText(JSON.stringify(attributes).slice(1, -1))
  }
}

/**
 * Returns a function that reads the lines of a file of organizations; undefined for a line that must be parsed. The
 * file's first line shows the order of the keys in all lines, which can differ from that of `keys`.
 */
export function lineReader(
  keys: readonly string[],
  firstLine: string,
): (line: string) => OrganizationLine | undefined {
  const runs = runsOf(keysIn(firstLine), keys)
  const inOrder = runs
    .map(({ place }, index) => ({ place, index }))
    .filter(({ place }) => place !== NOWHERE)
    .sort((one, other) => one.place - other.place)
  const others = runs.map(({ place }, index) => (place === NOWHERE ? index : NOWHERE)).filter(isFound)
  return line => {
    const starts: number[] = []
    let from = 0
    for (const { start } of runs) {
      const found = line.indexOf(start, from)
      if (!isFound(found)) return undefined
      from = found + 1
      starts.push(from)
    }
    starts.push(line.length)
    const runAt = (index: number) => line.slice(starts[index], (starts[index + 1] ?? 0) - 1)
    const [idPlace = NOWHERE, ...more] = others
    const [, id] = ID.exec(runAt(idPlace)) ?? []
    const key = matchKey(SALESFORCE_ID.exec(line)?.[1])
    if (more.length > 0 || id === undefined || key === null) return undefined
    let attributes = ''
    for (const { index } of inOrder)
      attributes = attributes === '' ? runAt(index) : `${attributes},${runAt(index)}`
    return { id: Number(id), key: copyOf(key), sum: sumOfText(attributes) }
  }
}

/** What `indexOf` returns for something that it does not find. */
const NOWHERE = -1

function isFound(place: number): boolean {
  return place !== NOWHERE
}

/**
 * Keys of a line that follow each other in the other order too, or one key that the other order lacks. `start` is the text
 * before and with the first one.
 */
type KeyRun = { start: string; place: number; next: number }

function runsOf(from: readonly string[], to: readonly string[]): KeyRun[] {
  const runs: KeyRun[] = []
  for (const key of from) {
    const place = to.indexOf(key)
    const run = runs.at(-1)
    if (run && isFound(place) && run.next === place) run.next = place + 1
    else
      runs.push({
        start: `${run ? ',' : '{'}${JSON.stringify(key)}:`,
        place,
        next: isFound(place) ? place + 1 : NOWHERE,
      })
  }
  return runs
}

function keysIn(line: string): string[] {
  try {
    return Object.keys(JSON.parse(line))
  } catch {
    return []
  }
}

/** A part of a line would keep the whole line in memory. */
function copyOf(key: MatchKey): MatchKey {
  return matchKey(Buffer.from(key, 'latin1').toString('latin1')) ?? key
}

function sumOfText(text: string): string {
  return hash('sha256', text, 'binary')
}
