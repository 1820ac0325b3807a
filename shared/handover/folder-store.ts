import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HandoverStore } from './store.ts'

/** A run on this machine: a directory with each stage's data directory in it. */
export function folderStore(runDir: string): HandoverStore {
  return {
    async *copies(producer) {
      const folder = join(runDir, producer)
      yield { origin: folder, read: names => readFolder(folder, names) }
    },
  }
}

/** Those of some files that a folder has. */
export async function readFolder(folder: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const name of names) {
    const content = await readFile(join(folder, name)).catch(absent)
    if (content) files.set(name, content)
  }
  return files
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
