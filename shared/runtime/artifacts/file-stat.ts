import { type Stats, statSync } from 'node:fs'

/** Looks at a file. Undefined if it does not exist or cannot be reached, like a link that leads to itself. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** A file's bytes; 0 if it does not exist or cannot be reached. */
export function bytesOf(path: string): number {
  return statOf(path)?.size ?? 0
}
