import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type HandoverStore, MAX_FILE, tooLarge } from './store.ts'

/** A run on this machine: a directory that contains each stage's data directory. */
export function folderStore(runDir: string): HandoverStore {
  return {
    async *copies({ stage }) {
      const folder = join(runDir, stage)
      yield { origin: folder, read: names => readFolder(folder, names) }
    },
  }
}

/** Reads the named files. Leaves out those that do not exist. */
export async function readFolder(folder: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const name of names) {
    const content = await readRegular(join(folder, name))
    if (content) files.set(name, content)
  }
  return files
}

/** Reads a regular file. Undefined for anything else: reading a pipe might never end. */
async function readRegular(path: string): Promise<Uint8Array | undefined> {
  const found = await stat(path).catch(absent)
  if (!found?.isFile()) return undefined
  if (found.size <= MAX_FILE) return readFile(path)
  throw tooLarge(path)
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
