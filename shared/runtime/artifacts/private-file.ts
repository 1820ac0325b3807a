import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ExpectedError } from '../errors/index.ts'

/**
 * Everything that a run writes holds customers' data or may: it is for its owner alone, whatever the umask, and
 * never written through a link, which could lead out of the data directory.
 */
const OWNER_ONLY = 0o600

/** Makes a directory, and those above it, where there is none. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Makes a file anew, in place of a file or link that stands there. Gives its descriptor. */
export function createPrivateFile(path: string): number {
  rmSync(path, { force: true })
  return openSync(path, 'wx', OWNER_ONLY)
}

/** Writes a file that appears whole. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.part`
  const file = createPrivateFile(temporary)
  try {
    writeFileSync(file, content)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}

/** Writes files into a folder, by their names in it; a name may have folders of its own. */
export function writePrivateFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [name, content] of files) {
    makePrivateDirectory(dirname(join(folder, name)))
    writePrivateFile(join(folder, name), content)
  }
}

/**
 * Appends to a file: that outlives the process. Throws for a link: ask `refuseLink` before there is data to lose.
 */
export function appendPrivately(path: string, text: string): void {
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW
  const file = openSync(path, flags, OWNER_ONLY)
  try {
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
}

/** What was appended to a file is on disk when this returns: that outlives the machine's crash. */
export function flushFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Throws a `ExpectedError` when a link stands where something is going to be written. */
export function refuseLink(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found?.isSymbolicLink()) return
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'DATA_DIR_UNUSABLE',
    message: `${path} is a symbolic link: what is written there would end up elsewhere`,
    next: 'Remove the link, or name another directory with --data-dir.',
  })
}
