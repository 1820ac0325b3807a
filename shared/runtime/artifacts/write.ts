import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { badInput } from '../errors/index.ts'
import { printable } from '../text/index.ts'
import { compiledFromMany } from './compiled.ts'
import { createPrivateFile, makePrivateDirectory, writeTo } from './private-file.ts'

/** Writes an artifact to a temporary file. `commitArtifacts` then gives the complete file its name. */
export type ArtifactWriter<Item> = {
  /** Throws if the record does not match the schema, which is a bug in the stage. */
  write: (item: Item) => void
  /** Adds the records of a part. */
  append: (part: WrittenPart) => void
  /** Flushes everything to disk, still under the temporary name. */
  finish: () => void
  /** Gives the finished file its name. */
  place: () => void
  /** Removes the temporary file. Does nothing after `place`. */
  abort: () => void
}

/**
 * Commits artifacts. All of them are complete on disk before the first one gets its name: a full disk cannot stop a
 * rename. Throws file system errors.
 */
export function commitArtifacts(writers: readonly ArtifactWriter<never>[]): void {
  for (const writer of writers) writer.finish()
  for (const writer of writers) writer.place()
}

const BUFFER_BYTES = 64 * 1024
/** The maximum size in UTF-8 of one code unit of a JavaScript string. */
const BYTES_PER_CODE_UNIT = 3

/** Some records of an artifact that another thread has written. */
export type WrittenPart = { path: string; records: number }

/** Opens a writer for an artifact. It writes records as the schema returns them. Throws file system errors. */
export function openArtifactWriter<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): ArtifactWriter<Item> {
  makePrivateDirectory(dirname(path))
  const temporary = temporaryPath(path)
  const { file, write, append, put, flush, records } = openLines(temporary, basename(path), schema, '[\n')
  let isOpen = true
  let isPlaced = false

  function close(): void {
    isOpen = false
    closeSync(file)
  }

  return {
    write,
    append,
    finish() {
      put(records() === 0 ? '[]\n' : '\n]\n')
      flush()
      fsyncSync(file)
      close()
    },
    place() {
      renameSync(temporary, path)
      isPlaced = true
    },
    abort() {
      if (isPlaced) return
      if (isOpen) close()
      rmSync(temporary, { force: true })
    },
  }
}

/** Opens a writer for a part of an artifact, at a path of `partPath`. Throws file system errors. */
export function openPartWriter<Item>(path: string, schema: z.ZodType<Item, unknown>) {
  const { file, write, flush, records } = openLines(path, basename(path), schema, '')
  return {
    write,
    /** Closes the part. */
    finish(): WrittenPart {
      flush()
      closeSync(file)
      return { path, records: records() }
    },
  }
}

/** Where another thread writes a part of an artifact. */
export function partPath(path: string): string {
  return temporaryPath(path, '.second')
}

function temporaryPath(path: string, which = ''): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}${which}.part`)
}

/** Opens a file for one record per line, with commas between them, and `opening` before the first one. */
function openLines<Item>(path: string, artifact: string, schema: z.ZodType<Item, unknown>, opening: string) {
  const file = createPrivateFile(path)
  const schemaOfNext = compiledFromMany(schema)
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let buffered = 0
  let records = 0

  /** Encodes each text separately: one Chinese name would make the whole buffer take four times as long. */
  function put(text: string): void {
    const maxBytes = text.length * BYTES_PER_CODE_UNIT
    if (buffered + maxBytes > buffer.length) flush()
    if (maxBytes > buffer.length) writeTo(file, path, text)
    else buffered += buffer.write(text, buffered)
  }

  function flush(): void {
    writeTo(file, path, buffer.subarray(0, buffered))
    buffered = 0
  }

  function write(item: Item): void {
    const line = lineOf(schemaOfNext().parse(item), artifact)
    put(records === 0 ? opening : ',\n')
    put(line)
    records += 1
  }

  function append(part: WrittenPart): void {
    if (part.records === 0) return
    put(records === 0 ? opening : ',\n')
    flush()
    const source = openSync(part.path, 'r')
    try {
      let bytes: number
      do {
        bytes = readSync(source, buffer)
        writeTo(file, path, buffer.subarray(0, bytes))
      } while (bytes > 0)
    } finally {
      closeSync(source)
    }
    records += part.records
  }

  return { file, write, append, put, flush, records: () => records }
}

/** A record as JSON. Shown on a terminal, it cannot move the cursor. */
function lineOf(record: unknown, artifact: string): string {
  try {
    const text = JSON.stringify(record)
    // Most lines are ASCII, where DEL is the only control character that JSON does not escape.
    const isPlain = Buffer.byteLength(text) === text.length && !text.includes('\x7f')
    return isPlain ? text : printable(text)
  } catch (cause) {
    throw badInput('RECORD_NOT_WRITABLE', {
      message: `${artifact}: a record is nested too deeply to be written`,
      next: 'Look for an attribute with lists in lists in the data that the stage read.',
      cause,
    })
  }
}

/** Removes the artifacts of an earlier run from a directory, and the temporary files of a killed run. */
export async function removeArtifacts(directory: string, names: readonly string[]): Promise<void> {
  const halfWritten = (await readdir(directory)).filter(
    file => file.endsWith('.part') && names.some(name => file.startsWith(`.${name}.`)),
  )
  await Promise.all([...names, ...halfWritten].map(name => rm(join(directory, name), { force: true })))
}
