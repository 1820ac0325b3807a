import { relative } from 'node:path'

/** A path relative to the working directory if the file is in it, else the absolute path. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
