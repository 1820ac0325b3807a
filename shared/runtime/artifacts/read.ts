import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { ExpectedError } from '../errors/index.ts'
import { brief } from '../text/index.ts'
import { attempts, type Help, recordsAgain } from './attempts.ts'
import { blocksOf, bytesAt, linesOf } from './blocks.ts'
import type { Work } from './work.ts'

/** A file in another format is read completely only up to this size. */
const MAX_WHOLE = 256 * 1024 * 1024

/**
 * Reads an artifact, a JSON array. Streams it if it has one record per line (up to 16 MB each); reads it completely in
 * another format up to 256 MB. Follows a link only to a regular file, because others may have no end. Validates each
 * record with the schema.
 * Throws an `ExpectedError` for a missing, empty, cut or invalid file, and for an invalid record, with the file, the
 * record's number and key, and the attribute.
 */
export async function* readArtifact<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): AsyncGenerator<Item> {
  for await (const records of readBatches(path, schema)) yield* records
}

/**
 * The same, in batches, because a promise per record takes longer than its validation.
 */
export async function* readBatches<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): AsyncGenerator<Item[]> {
  await assertReadable(path)
  const form = lineForm()
  for await (const block of blocksOf(path)) {
    const values = form.valuesOf(block?.bytes)
    yield* checked(values, form.given() - values.length)
    if (form.isOther()) break
  }
  if (!form.isWhole()) yield* checked(await wholeValues(path, form.given()), form.given())

  function* checked(values: readonly unknown[], before: number): Generator<Item[]> {
    const records: Item[] = []
    for (const [place, value] of values.entries()) {
      const parsed = schema.safeParse(value)
      if (!parsed.success) {
        yield records
        throw badRecord(path, before + place + 1, value, parsed.error)
      }
      records.push(parsed.data)
    }
    yield records
  }
}

/** The result of a work for some consecutive records. */
export type Worked<Item, Result> = {
  result: Result
  count: number
  /** Reads one of them again, by its position, starting from 0. */
  recordAt: (place: number) => Item
}

/**
 * Reads an artifact like `readBatches` and returns the results of a work, in batches and in order. For a large artifact, a
 * second thread does a part.
 */
export async function* workOn<Given, Item, Result>(
  path: string,
  work: Work<Given, Item, Result>,
  given: Given,
  help: Help,
): AsyncGenerator<Worked<Item, Result>> {
  await assertReadable(path)
  const begun = work.begin(given)
  const form = lineForm()
  for await (const attempt of attempts(path, work, given, help)) {
    if (attempt?.done && form.passOver(attempt.done.ends.length)) {
      const { result, ends } = attempt.done
      const recordAt = recordsAgain(path, begun.schema, { offset: attempt.offset, ends })
      yield { result, count: ends.length, recordAt }
    } else {
      // The first and the last block, and any with a problem, so that the error occurs here.
      const values = form.valuesOf(attempt ? bytesAt(path, attempt.offset, attempt.length) : undefined)
      yield inFull(values, form.given() - values.length)
    }
    if (form.isOther()) break
  }
  if (!form.isWhole()) yield inFull(await wholeValues(path, form.given()), form.given())

  function inFull(values: readonly unknown[], before: number): Worked<Item, Result> {
    const records = values.map((value, place) => {
      const parsed = begun.schema.safeParse(value)
      if (parsed.success) return parsed.data
      throw badRecord(path, before + place + 1, value, parsed.error)
    })
    const recordAt = (place: number) => {
      const record = records[place]
      if (record === undefined)
        throw new Error(`${basename(path)}: no record at ${place} of ${records.length}`)
      return record
    }
    return { result: begun.run(records), count: records.length, recordAt }
  }
}

/** All records of batches. */
export async function allRecords<Item>(batches: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  return (await Array.fromAsync(batches)).flat()
}

/** The key by which a person can find a record. Never an email address. */
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
  return new ExpectedError({
    kind: 'bad-input',
    code: 'ARTIFACT_RECORD_INVALID',
    message: `${basename(path)}: record ${number} (${keyOf(value)}): ${attribute}: ${issue?.message ?? 'not valid'}`,
    next: 'Run the stage that writes this file again; docs/artifacts.md lists its attributes.',
  })
}

async function assertReadable(path: string): Promise<void> {
  const file = await stat(path).catch(() => undefined)
  const next = `Run the stage that writes it, or create it: ${path}`
  if (!file?.isFile())
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'ARTIFACT_MISSING',
      message: `${basename(path)} is missing`,
      next,
    })
  if (file.size === 0)
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'ARTIFACT_EMPTY',
      message: `${basename(path)} is empty (0 bytes)`,
      next,
    })
}

/**
 * Follows an artifact with one record per line, block by block. At the first other line, the file is read completely,
 * skipping the values already returned.
 */
function lineForm() {
  let given = 0
  let state: 'start' | 'first' | 'after comma' | 'after record' | 'end' | 'other' = 'start'

  /** Processes a line. Returns its record, if it has one. */
  function take(text: string): { value: unknown } | undefined {
    if (state === 'start' && text === '[') {
      state = 'first'
    } else if (state === 'start' && text === '[]') {
      state = 'end'
    } else if ((state === 'first' || state === 'after record') && text === ']') {
      state = 'end'
    } else {
      const hasComma = text.endsWith(',')
      const record =
        state === 'first' || state === 'after comma'
          ? recordOf(hasComma ? text.slice(0, -1) : text)
          : undefined
      state = record === undefined ? 'other' : hasComma ? 'after comma' : 'after record'
      return record
    }
    return undefined
  }

  return {
    /** A block's values, up to a line in another format. A line that is not a record (null block) also counts as that. */
    valuesOf(bytes: Buffer | undefined): unknown[] {
      const values: unknown[] = []
      if (bytes === undefined) state = 'other'
      for (const line of bytes === undefined ? [] : linesOf(bytes)) {
        const text = line.text.trim()
        const record = text === '' ? undefined : take(text)
        if (state === 'other') break
        if (record === undefined) continue
        given += 1
        values.push(record.value)
      }
      return values
    },
    /** Skips a block with this many records, each followed by a comma. Returns false if no such block can be here. */
    passOver(count: number): boolean {
      if (state !== 'after comma') return false
      given += count
      return true
    },
    given: () => given,
    isOther: () => state === 'other',
    /** Whether the array has ended, and nothing is left to read. */
    isWhole: () => state === 'end',
  }
}

function recordOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined // Not one record per line: only the complete file shows whether it is JSON.
  }
}

async function wholeValues(path: string, given: number): Promise<unknown[]> {
  if ((await stat(path)).size > MAX_WHOLE) throw tooLarge(path)
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    // The parser's own message quotes the content, which is customer data.
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'ARTIFACT_NOT_JSON',
      message: `${basename(path)} is not valid JSON, or was cut: nothing can be read after record ${given}`,
      next: 'Run the stage that writes it again.',
    })
  }
  if (!Array.isArray(content)) {
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'ARTIFACT_NOT_A_LIST',
      message: `${basename(path)} is not a JSON array`,
      next: 'Write it as a list of records.',
    })
  }
  return content.slice(given)
}

function tooLarge(path: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'ARTIFACT_TOO_LARGE',
    message: `${basename(path)} does not have one record per line and is over 256 MB`,
    next: 'Write one record per line: [ on the first line, then the records, then ].',
  })
}
