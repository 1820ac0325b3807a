import { closeSync, fsyncSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { openPrinter, type Printed } from './print.ts'
import { createPrivateFile, makePrivateDirectory } from './private-file.ts'

/** Writes an artifact to a temporary file. `commitArtifacts` renames it. */
export type ArtifactWriter<Item> = {
  /** Writes a record. Throws if it is invalid, which is a bug in the stage. */
  write: (item: Item) => void
  /** Writes records that are already printed, perhaps by a second thread. */
  writePrinted: (printed: Printed) => void
  /** Flushes the temporary file to disk. */
  finish: () => void
  /** Renames the finished file. */
  place: () => void
  /** Removes the temporary file. Does nothing after the commit. */
  abort: () => void
}

/**
 * Commits artifacts. All are completely on disk before the first appears, so the renames need no more space. Throws the
 * file system's errors.
 */
export function commitArtifacts(writers: readonly ArtifactWriter<never>[]): void {
  for (const writer of writers) writer.finish()
  for (const writer of writers) writer.place()
}

/** How much is printed before it is written. */
const BATCH_BYTES = 256 * 1024

/**
 * Opens an artifact's writer. `write` validates records with the schema and writes the result. Throws the file system's
 * errors.
 */
export function openArtifactWriter<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): ArtifactWriter<Item> {
  makePrivateDirectory(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  const file = createPrivateFile(temporary)
  const printer = openPrinter(schema, basename(path))
  let records = 0
  let isOpen = true
  let isPlaced = false

  function writePrinted(printed: Printed): void {
    if (printed.records === 0) return
    writeFileSync(file, records === 0 ? '[\n' : ',\n')
    writeFileSync(file, printed.bytes)
    records += printed.records
  }

  function close(): void {
    isOpen = false
    closeSync(file)
  }

  return {
    write(item) {
      printer.print(item)
      if (printer.size() >= BATCH_BYTES) writePrinted(printer.take())
    },
    writePrinted(printed) {
      writePrinted(printer.take())
      writePrinted(printed)
    },
    finish() {
      writePrinted(printer.take())
      writeFileSync(file, records === 0 ? '[]\n' : '\n]\n')
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

/** Removes an earlier run's artifacts from a directory, and the temporary files of a killed run. */
export async function removeArtifacts(directory: string, names: readonly string[]): Promise<void> {
  const halfWritten = (await readdir(directory)).filter(
    file => file.endsWith('.part') && names.some(name => file.startsWith(`.${name}.`)),
  )
  await Promise.all([...names, ...halfWritten].map(name => rm(join(directory, name), { force: true })))
}
