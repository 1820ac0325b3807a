import { closeSync, openSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { badInput, type ExpectedError } from '../errors/index.ts'
import { brief } from '../text/index.ts'
import { compiledFromMany } from './compiled.ts'
import { bytesOf, statOf } from './file-stat.ts'
import { type Lines, linesOf } from './lines.ts'

/** The maximum size of a file that does not have one record per line. It is read as a whole. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024

/** The bytes to read at once when reading certain records, if the next ones are probably near. */
const BLOCK_BYTES = 128 * 1024

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

/** How to read a file, and which part of it. */
export type Reading = {
  /**
   * Gets two numbers per record: the first byte of its line, and the byte after its line. Gets none if the file is read
   * as a whole.
   */
  places?: number[]
  /** Begins with the first record whose line begins at this byte or after it. It must exist and not be the file's first. */
  from?: number
  /** Asks whether to end before the first record whose line begins at `byte` or after it. */
  to?: { byte: number; isEnd: () => Promise<boolean> }
}

/**
 * Like `readArtifact`, but in batches, because one promise per record would take longer than the check. A file that does
 * not have one record per line is read as a whole: it throws with `from`, and ignores `to`.
 */
export async function* readBatches<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
  reading: Reading = {},
): AsyncGenerator<Item[]> {
  assertReadable(path)
  const schemaOfNext = compiledFromMany(schema)
  let number = 0
  for await (const values of valuesOf(path, reading)) {
    const { records, error } = check(values)
    yield records
    number += records.length
    if (error) throw badRecord(path, number + 1, values[records.length], error)
  }

  /** The records before the first invalid one, and its error. */
  function check(values: readonly unknown[]): { records: Item[]; error?: z.ZodError } {
    const records: Item[] = []
    for (const value of values) {
      const parsed = schemaOfNext().safeParse(value)
      if (!parsed.success) return { records, error: parsed.error }
      records.push(parsed.data)
    }
    return { records }
  }
}

/** Where a record's line is: its first byte, and the byte after it. */
export type Place = { start: number; end: number }

/**
 * Returns a function that reads some records again, by their numbers, counted from 1. `placeOf` returns the two numbers
 * that `readBatches` added. A file for which it added none stays in memory as a whole.
 */
export function readAgainFrom<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
  placeOf: (number: number) => Place | undefined,
): (numbers: readonly number[]) => Promise<Item[]> {
  const schemaOfNext = compiledFromMany(schema)
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES)
  let whole: unknown[] | undefined
  return async numbers => {
    // Without it, the run would not notice a signal.
    await nextTurn()
    assertReadable(path)
    const file = openSync(path, 'r')
    try {
      const textAt = textReader(file, buffer)
      const records: Item[] = []
      for (const number of numbers) {
        const place = placeOf(number)
        if (place === undefined) whole ??= await wholeValues(path, 0)
        const value = place === undefined ? whole?.[number - 1] : lineValue(textAt(place).trim())
        const parsed = schemaOfNext().safeParse(value)
        if (!parsed.success) throw badRecord(path, number, value, parsed.error)
        records.push(parsed.data)
      }
      return records
    } finally {
      closeSync(file)
    }
  }
}

/**
 * Returns a function that reads a text of an open file. It reads synchronously, because a promise per record would take
 * ten times as long. If a text is near the one before, it reads a whole block.
 */
function textReader(file: number, buffer: Buffer): (place: Place) => string {
  let block = buffer.subarray(0, 0)
  let blockStart = 0
  return ({ start, end }) => {
    const blockEnd = blockStart + block.length
    if (start < blockStart || end > blockEnd) {
      const isNear = start >= blockStart && start < blockEnd + buffer.length
      const length = Math.max(end - start, isNear ? buffer.length : 0)
      const bytes = length > buffer.length ? Buffer.allocUnsafe(length) : buffer
      block = bytes.subarray(0, readSync(file, bytes, 0, length, start))
      blockStart = start
    }
    return block.toString('utf8', start - blockStart, end - blockStart)
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

function assertReadable(path: string): void {
  const file = statOf(path)
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

/**
 * Yields the values of the array in batches. If a line is not exactly one record, reads the whole file and continues
 * after the values that it already yielded.
 */
async function* valuesOf(path: string, { places, from = 0, to }: Reading): AsyncGenerator<unknown[]> {
  const { parse, isAtEnd } = arrayParser(from === 0, places)
  let given = 0
  let limit = to
  const rest = async () => {
    if (from > 0) throw notJson(path, given)
    return await wholeValues(path, given)
  }
  for await (const lines of linesOf(path, from)) {
    if (lines === null) {
      yield await rest()
      return
    }
    let next = 0
    while (next < lines.texts.length) {
      const parsed = parse(lines, next, limit?.byte)
      given += parsed.values.length
      yield parsed.values
      if (parsed.stoppedAt === 'no record') {
        yield await rest()
        return
      }
      if (parsed.stoppedAt === 'limit') {
        if (await limit?.isEnd()) return
        limit = undefined
      }
      next = parsed.next
    }
  }
  if (!isAtEnd()) yield await rest()
}

type Parsed = {
  values: unknown[]
  /** The index of the first line that was not parsed. */
  next: number
  /** Why: that line is not exactly one record, or it begins at the limit or after it. Absent if all lines were parsed. */
  stoppedAt?: 'no record' | 'limit'
}

/**
 * Parses an array with one record per line. Adds two numbers per record to `places`. A loop over lines is slower in a
 * generator, where V8 does not optimize it as well.
 */
function arrayParser(isFromStart: boolean, places?: number[]) {
  let state: 'start' | 'first' | 'after comma' | 'after record' | 'end' = isFromStart
    ? 'start'
    : 'after comma'
  return {
    isAtEnd: () => state === 'end',
    /** Parses lines, from the one with the index `first` on. Stops before a record whose line begins at byte `limit` or after it. */
    parse({ start, texts, ends }: Lines, first: number, limit = Number.POSITIVE_INFINITY): Parsed {
      const values: unknown[] = []
      for (let index = first; index < texts.length; index += 1) {
        const text = texts[index]?.trim() ?? ''
        if (text === '') continue
        if (state === 'start' && text === '[') {
          state = 'first'
        } else if (state === 'start' && text === '[]') {
          state = 'end'
        } else if ((state === 'first' || state === 'after record') && text === ']') {
          state = 'end'
        } else {
          const value = state === 'first' || state === 'after comma' ? lineValue(text) : undefined
          if (value === undefined) return { values, next: index, stoppedAt: 'no record' }
          const lineStart = ends[index - 1] ?? start
          if (lineStart >= limit) return { values, next: index, stoppedAt: 'limit' }
          state = text.endsWith(',') ? 'after comma' : 'after record'
          values.push(value)
          places?.push(lineStart, ends[index] ?? lineStart)
        }
      }
      return { values, next: texts.length }
    },
  }
}

/** The value of a line, which may end with a comma; undefined if it is not exactly one value. */
function lineValue(line: string): unknown {
  try {
    return JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line)
  } catch {
    return undefined // Not one record per line. Only the whole file shows whether it is valid JSON.
  }
}

async function wholeValues(path: string, given: number): Promise<unknown[]> {
  if (bytesOf(path) > MAX_WHOLE_BYTES) throw tooLarge(path)
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    // The parser's own message quotes the content, which is a customer's.
    throw notJson(path, given)
  }
  if (!Array.isArray(content)) {
    throw badInput('ARTIFACT_NOT_A_LIST', {
      message: `${basename(path)} is not a JSON array`,
      next: 'Write it as a list of records.',
    })
  }
  return content.slice(given)
}

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
