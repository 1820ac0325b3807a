import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { badInput, type ExpectedError } from '../errors/index.ts'
import { brief } from '../text/index.ts'
import { compiledFromMany } from './compiled.ts'
import { openLineReader } from './line-reader.ts'
import { linesOf } from './lines.ts'

/** The maximum size of a file that does not have one record per line. It is read as a whole. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024

/**
 * Reads an artifact, which is a JSON array, and checks each record against the schema. Streams a file with one record
 * per line (of up to 16 MB), and reads any other file as a whole (up to 256 MB). A link may only lead to a regular
 * file: a pipe or a device may have no end.
 * Throws an `ExpectedError` for a missing, empty, cut or invalid file. The error about an invalid record names the
 * file, the record's number and key, and the attribute.
 */
export async function* readArtifact<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): AsyncGenerator<Item> {
  for await (const records of readBatches(path, schema)) yield* records
}

/** Where an artifact has a record: the byte at which its line starts, and its number, counted from 1. */
export type Place = { start: number; number: number }

/**
 * Takes the line of a flat record, without white space around it and the comma, and its place. Returns what a batch
 * gets instead of the record; undefined to parse and check the line.
 */
export type FromLine<Known> = (line: string, place: Place) => Known | undefined

/**
 * Like `readArtifact`, but in batches, because one promise per record would take longer than the check. With `fromLine`,
 * it can do without parsing records, unless the file does not have one record per line.
 */
export async function* readBatches<Item, Known = never>(
  path: string,
  schema: z.ZodType<Item, unknown>,
  fromLine: FromLine<Known> = () => undefined,
): AsyncGenerator<(Item | Known)[]> {
  await assertReadable(path)
  const schemaOfNext = compiledFromMany(schema)
  let number = 0
  for await (const values of valuesOf(path, fromLine)) {
    const records: (Item | Known)[] = []
    for (const { known, value } of values) {
      number += 1
      if (known === undefined) {
        const parsed = schemaOfNext().safeParse(value)
        if (!parsed.success) {
          yield records
          throw badRecord(path, number, value, parsed.error)
        }
        records.push(parsed.data)
      } else records.push(known)
    }
    yield records
  }
}

/** Reads single records of an artifact that was read before, by their places. */
export type RecordReader<Item> = {
  /** Parses and checks the record. Throws an `ExpectedError` for an invalid one. */
  recordAt: (place: Place) => Item
  close: () => void
}

/** Opens an artifact to read single records. Throws file system errors. */
export function openRecords<Item>(path: string, schema: z.ZodType<Item, unknown>): RecordReader<Item> {
  const lines = openLineReader(path)
  const schemaOfNext = compiledFromMany(schema)
  return {
    recordAt(place) {
      const read = parsedLine(withoutComma(lines.lineAt(place.start).trim()))
      if (read === undefined) throw notJson(path, place.number - 1)
      const parsed = schemaOfNext().safeParse(read.value)
      if (!parsed.success) throw badRecord(path, place.number, read.value, parsed.error)
      return parsed.data
    },
    close: lines.close,
  }
}

/** Joins batches of records. */
export async function allRecords<Item>(batches: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  return (await Array.fromAsync(batches)).flat()
}

/** The key that a message shows, to find the record. Never an address. */
function keyOf(value: unknown): string {
  const keys = z.looseObject({
    salesforce_id: z.string().nullish(),
    id: z.union([z.number(), z.string()]).optional(),
    charge_name: z.string().optional(),
  })
  const parsed = keys.safeParse(value)
  const key = parsed.success
    ? (parsed.data.salesforce_id ?? parsed.data.id ?? parsed.data.charge_name)
    : undefined
  return key === undefined ? 'without key' : brief(String(key))
}

function badRecord(path: string, number: number, value: unknown, error: z.ZodError): ExpectedError {
  const [issue] = error.issues
  const attribute = issue?.path.join('.') || 'the record'
  return badInput('ARTIFACT_RECORD_INVALID', {
    message: `${basename(path)}: record ${number} (${keyOf(value)}): ${attribute}: ${issue?.message ?? 'not valid'}`,
    next: 'Run the stage that writes this file again; docs/artifacts.md lists its attributes.',
  })
}

async function assertReadable(path: string): Promise<void> {
  const file = await stat(path).catch(() => undefined)
  const next = `Run the stage that writes it, or put it there: ${path}`
  if (!file?.isFile())
    throw badInput('ARTIFACT_MISSING', {
      message: `${basename(path)} is missing`,
      next,
    })
  if (file.size === 0)
    throw badInput('ARTIFACT_EMPTY', {
      message: `${basename(path)} is empty (0 bytes)`,
      next,
    })
}

/** What `fromLine` returned for a record, or else its value. */
type Value<Known> = { known?: Known; value?: unknown }

/**
 * Yields the values of the array in batches. If a line is not exactly one record, reads the whole file and continues
 * after the values that it already yielded.
 */
async function* valuesOf<Known>(path: string, fromLine: FromLine<Known>): AsyncGenerator<Value<Known>[]> {
  let given = 0
  let state: 'start' | 'first' | 'after comma' | 'after record' | 'end' = 'start'
  for await (const lines of linesOf(path)) {
    if (lines === null) {
      yield await wholeValues(path, given)
      return
    }
    const values: Value<Known>[] = []
    for (const [index, line] of lines.texts.entries()) {
      const text = line.trim()
      if (text === '') continue
      if (state === 'start' && text === '[') {
        state = 'first'
      } else if (state === 'start' && text === '[]') {
        state = 'end'
      } else if ((state === 'first' || state === 'after record') && text === ']') {
        state = 'end'
      } else {
        const record = withoutComma(text)
        const place = { start: lines.starts[index] ?? 0, number: given + 1 }
        const value =
          state === 'first' || state === 'after comma' ? lineValue(record, place, fromLine) : undefined
        if (value === undefined) {
          yield values
          yield await wholeValues(path, given)
          return
        }
        state = record === text ? 'after record' : 'after comma'
        given += 1
        values.push(value)
      }
    }
    yield values
  }
  if (state !== 'end') yield await wholeValues(path, given)
}

function lineValue<Known>(line: string, place: Place, fromLine: FromLine<Known>): Value<Known> | undefined {
  const known = isFlatRecord(line) ? fromLine(line, place) : undefined
  return known === undefined ? parsedLine(line) : { known }
}

/** Whether a line surely has one record, without objects in it: several records in one line have more braces. */
function isFlatRecord(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}') && line.indexOf('{', 1) === -1
}

function parsedLine(line: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) }
  } catch {
    return undefined // Not one record per line. Only the whole file shows whether it is valid JSON.
  }
}

function withoutComma(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line
}

async function wholeValues(path: string, given: number): Promise<{ value: unknown }[]> {
  if ((await stat(path)).size > MAX_WHOLE_BYTES) throw tooLarge(path)
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    throw notJson(path, given)
  }
  if (!Array.isArray(content)) {
    throw badInput('ARTIFACT_NOT_A_LIST', {
      message: `${basename(path)} is not a JSON array`,
      next: 'Write it as a list of records.',
    })
  }
  return content.slice(given).map(value => ({ value }))
}

/** The parser's own message would quote the content, which is a customer's. */
function notJson(path: string, given: number): ExpectedError {
  return badInput('ARTIFACT_NOT_JSON', {
    message: `${basename(path)} is not valid JSON, or was cut: nothing can be read after record ${given}`,
    next: 'Run the stage that writes it again.',
  })
}

function tooLarge(path: string): ExpectedError {
  return badInput('ARTIFACT_TOO_LARGE', {
    message: `${basename(path)} does not have one record per line and is over ${MAX_WHOLE_BYTES / 1024 ** 2} MB`,
    next: 'Write [ on the first line, then one record per line, then ].',
  })
}
