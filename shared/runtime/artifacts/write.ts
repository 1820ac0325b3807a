import { closeSync, fsyncSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { ExpectedError } from '../errors/index.ts'
import { printable } from '../text/index.ts'
import { compiledFromMany } from './compiled.ts'
import { createPrivateFile, makePrivateDirectory } from './private-file.ts'

/** Writes an artifact beside its final place; `commitArtifacts` puts it there, whole. */
export type ArtifactWriter<Item> = {
  /** Throws when the record is not as the schema says: that is a bug of the stage that writes. */
  write: (item: Item) => void
  /** Brings all that was written onto the disk, still beside its place. */
  finish: () => void
  /** Puts the finished file in its place. */
  place: () => void
  /** Leaves no trace. Does nothing once the file is in its place. */
  abort: () => void
}

/**
 * Puts artifacts in their places. Each is whole on the disk before the first appears: giving them their names then
 * needs no more room. Throws what the file system throws.
 */
export function commitArtifacts(writers: readonly ArtifactWriter<never>[]): void {
  for (const writer of writers) writer.finish()
  for (const writer of writers) writer.place()
}

const BUFFER_BYTES = 256 * 1024
/** What a character of a JavaScript text takes in UTF-8 at the most. */
const BYTES_A_CHARACTER = 3

/**
 * Opens an artifact's writer. `write` takes records as the schema says and writes what the schema makes of them.
 * Throws what the file system throws.
 */
export function openArtifactWriter<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): ArtifactWriter<Item> {
  makePrivateDirectory(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  const file = createPrivateFile(temporary)
  const schemaOfNext = compiledFromMany(schema)
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let buffered = 0
  let records = 0
  let isOpen = true
  let isPlaced = false

  /** Encodes each text by itself: joined ones take four times as long, for one Chinese name among them. */
  function put(text: string): void {
    const most = text.length * BYTES_A_CHARACTER
    if (buffered + most > buffer.length) flush()
    if (most > buffer.length) writeFileSync(file, text)
    else buffered += buffer.write(text, buffered)
  }

  function flush(): void {
    writeFileSync(file, buffer.subarray(0, buffered))
    buffered = 0
  }

  function close(): void {
    isOpen = false
    closeSync(file)
  }

  return {
    write(item) {
      const line = lineOf(schemaOfNext().parse(item), path)
      put(records === 0 ? '[\n' : ',\n')
      put(line)
      records += 1
    },
    finish() {
      put(records === 0 ? '[]\n' : '\n]\n')
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

/** A record as JSON in which nothing can move the cursor of a terminal that the file is shown on. */
function lineOf(record: unknown, path: string): string {
  try {
    return printable(JSON.stringify(record))
  } catch (cause) {
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'RECORD_NOT_WRITABLE',
      message: `${basename(path)}: a record is nested too deeply to be written`,
      next: 'Look for an attribute that holds lists within lists in what the stage read.',
      cause,
    })
  }
}

/** Removes a directory's artifacts of an earlier run, and what a killed one left half-written. */
export async function removeArtifacts(directory: string, names: readonly string[]): Promise<void> {
  const halfWritten = (await readdir(directory)).filter(
    file => file.endsWith('.part') && names.some(name => file.startsWith(`.${name}.`)),
  )
  await Promise.all([...names, ...halfWritten].map(name => rm(join(directory, name), { force: true })))
}
