import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'

/** Writes an artifact beside its final place; only `commit` puts it there, whole. */
export type ArtifactWriter<Item> = {
  /** Throws when the record is not as the schema says: that is a bug of the stage that writes. */
  write: (item: Item) => void
  /** Puts the file in its place. */
  commit: () => void
  /** Leaves no trace. Does nothing after `commit`. */
  abort: () => void
}

const BUFFERED_CHARACTERS = 64 * 1024
/** Artifacts hold customers' data: for their owner alone. */
const OWNER_ONLY = 0o600

export async function openArtifactWriter<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
): Promise<ArtifactWriter<Item>> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  const file = openSync(temporary, 'w', OWNER_ONLY)
  let buffer = '['
  let records = 0
  let open = true

  function flush(): void {
    writeFileSync(file, buffer)
    buffer = ''
  }

  return {
    write(item) {
      const record = schema.parse(item)
      buffer += `${records === 0 ? '\n' : ',\n'}${JSON.stringify(record)}`
      records += 1
      if (buffer.length > BUFFERED_CHARACTERS) flush()
    },
    commit() {
      buffer += records === 0 ? ']\n' : '\n]\n'
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

/** Removes a directory's artifacts of an earlier run, and what a killed one left half-written. */
export async function removeArtifacts(directory: string, names: readonly string[]): Promise<void> {
  const halfWritten = (await readdir(directory)).filter(
    file => file.endsWith('.part') && names.some(name => file.startsWith(`.${name}.`)),
  )
  await Promise.all([...names, ...halfWritten].map(name => rm(join(directory, name), { force: true })))
}
