import { hash } from 'node:crypto'

/** Takes a line. Returns the checksum of its attributes; undefined if it must be parsed. */
export type SumReader = (line: string) => string | undefined

/**
 * Creates a reader for a file. One of its lines shows the order in which all of them have their attributes. Lines of
 * two files with the same sum have the same attributes, whatever the order.
 */
export function sumReader(keys: readonly string[], anyLine: string): SumReader {
  const attributesIn = attributesReader(keys, anyLine)
  return line => {
    const attributes = attributesIn(line)
    return attributes === undefined ? undefined : hash('sha256', attributes, 'binary')
  }
}

/** Returns a function that takes a line, and returns the JSON of these attributes in this order. */
function attributesReader(keys: readonly string[], anyLine: string): (line: string) => string | undefined {
  const runs = runsOf(keysIn(anyLine), keys)
  const placed = runs.map(({ start, place }, index) => ({ start, place, index }))
  const wanted = placed.filter(({ place }) => place !== NOWHERE).sort((one, other) => one.place - other.place)
  const unwanted = placed.filter(({ place }) => place === NOWHERE)
  return line => {
    const starts: number[] = []
    let from = 0
    for (const { start } of runs) {
      const found = line.indexOf(start, from)
      if (found === -1) return undefined
      from = found + 1
      starts.push(from)
    }
    starts.push(line.length)
    const runAt = (index: number) => line.slice(starts[index], (starts[index + 1] ?? 0) - 1)
    // This line may have an attribute there.
    if (unwanted.some(({ start, index }) => runAt(index).includes('":', start.length - 1))) return undefined
    let attributes = ''
    for (const { index } of wanted)
      attributes = attributes === '' ? runAt(index) : `${attributes},${runAt(index)}`
    return attributes
  }
}

/** What `indexOf` returns for a key that a list does not have. */
const NOWHERE = -1

/**
 * Keys of a line that follow each other in the other order too, or one key that the other order lacks. `start` is the text
 * before and with the first one.
 */
type KeyRun = { start: string; place: number; next: number }

function runsOf(from: readonly string[], to: readonly string[]): KeyRun[] {
  const runs: KeyRun[] = []
  for (const key of from) {
    const place = to.indexOf(key)
    const next = place === NOWHERE ? NOWHERE : place + 1
    const run = runs.at(-1)
    if (run && place !== NOWHERE && run.next === place) run.next = next
    else runs.push({ start: `${run ? ',' : '{'}${JSON.stringify(key)}:`, place, next })
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
