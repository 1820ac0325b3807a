import { unzipSync } from 'fflate'
import { MAX_FILE } from './store.ts'

/** The names of files in a folder, or all of them. */
export type FileNames = readonly string[] | 'all'

/**
 * The files of a folder in a zip, by their names in that folder. Omits files that are too large. Undefined if the bytes
 * are not a complete zip.
 */
export function unzippedFolder(
  zip: Uint8Array,
  folder: string,
  names: FileNames,
): Map<string, Uint8Array> | undefined {
  const prefix = `${folder}/`
  const named = names === 'all' ? null : new Set(names.map(name => prefix + name))
  const files = unzipped(zip, path => named?.has(path) ?? isFileIn(prefix, path))
  return (
    files && new Map(Object.entries(files).map(([path, content]) => [path.slice(prefix.length), content]))
  )
}

/** Whether a path in a zip is a file in the folder. Other paths are folders, or lead out of this folder. */
function isFileIn(prefix: string, path: string): boolean {
  return path.startsWith(prefix) && path.split('/').every(part => part !== '' && part !== '..')
}

function unzipped(
  zip: Uint8Array,
  isWanted: (path: string) => boolean,
): Record<string, Uint8Array> | undefined {
  // A small zip may claim to be larger than the memory.
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) =>
    isWanted(name) && originalSize <= MAX_FILE
  try {
    return unzipSync(zip, { filter })
  } catch (error) {
    if (isUnzipError(error)) return undefined
    throw error
  }
}

/** Whether an error is from fflate: its code is a number. */
function isUnzipError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}
