import { closeSync, fsyncSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { Trouble } from '../errors/index.ts'
import { printable } from '../text/index.ts'
import { createPrivateFile, makePrivateDirectory } from './private-file.ts'

/** Writes an artifact beside its final place; only `commit` puts it there, whole. */
export type ArtifactWriter<Item> = {
  /** Throws when the record is not as the schema says: that is a bug of the stage that writes. */
  write: (item: Item) => void
  /** Puts the file in its place. */
  commit: () => void
  /** Leaves no trace. Does nothing after `commit`. */
  abort: () => void
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
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let buffered = 0
  let records = 0
  let open = true

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

  return {
    write(item) {
      const line = lineOf(schema.parse(item), path)
      put(records === 0 ? '[\n' : ',\n')
      put(line)
      records += 1
    },
    commit() {
      put(records === 0 ? '[]\n' : '\n]\n')
      flush()
      fsyncSync(file)
      closeSync(file)
      open = false
      renameSync(temporary, path)
    },
    abort() {
      if (!open) return
      closeSync(file)
      open = false
      rmSync(temporary, { force: true })
    },
  }
}

/** A record as JSON in which nothing can move the cursor of a terminal that the file is shown on. */
function lineOf(record: unknown, path: string): string {
  try {
    return printable(JSON.stringify(record))
  } catch (cause) {
    throw new Trouble(
      'bad-input',
      'RECORD_NOT_WRITABLE',
      `${basename(path)}: a record is nested too deeply to be written`,
      'Look for an attribute that holds lists within lists in what the stage read.',
      { cause },
    )
  }
}

/** Removes a directory's artifacts of an earlier run, and what a killed one left half-written. */
export async function removeArtifacts(directory: string, names: readonly string[]): Promise<void> {
  const halfWritten = (await readdir(directory)).filter(
    file => file.endsWith('.part') && names.some(name => file.startsWith(`.${name}.`)),
  )
  await Promise.all([...names, ...halfWritten].map(name => rm(join(directory, name), { force: true })))
}
