import { closeSync, fsyncSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { openPrinter, type Printed } from './print.ts'
import { createPrivateFile, makePrivateDirectory } from './private-file.ts'

/** Writes an artifact beside its final place; `commitArtifacts` puts it there, whole. */
export type ArtifactWriter<Item> = {
  /** Throws when the record is not as the schema says: that is a bug of the stage that writes. */
  write: (item: Item) => void
  /** Writes records that were printed before, by a second thread maybe. */
  writePrinted: (printed: Printed) => void
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

/** So much is printed before it is written. */
const BATCH_BYTES = 256 * 1024

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

/** Removes a directory's artifacts of an earlier run, and what a killed one left half-written. */
export async function removeArtifacts(directory: string, names: readonly string[]): Promise<void> {
  const halfWritten = (await readdir(directory)).filter(
    file => file.endsWith('.part') && names.some(name => file.startsWith(`.${name}.`)),
  )
  await Promise.all([...names, ...halfWritten].map(name => rm(join(directory, name), { force: true })))
}
