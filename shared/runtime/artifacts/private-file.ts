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
import { badInput } from '../errors/index.ts'

/**
 * A run's files may contain customer data. Only their owner can read them, with any umask. These functions never write
 * through a link, which could lead out of the data directory.
 */
const OWNER_ONLY = 0o600

/** Creates a directory and its parents if they do not exist. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Creates a new file in place of an existing file or link. Returns its descriptor. */
export function createPrivateFile(path: string): number {
  rmSync(path, { force: true })
  return openSync(path, 'wx', OWNER_ONLY)
}

/** Writes to an open file. An error names its path, which Node does not know. */
export function writeTo(file: number, path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content)
  } catch (error) {
    if (error instanceof Error) error.message += ` '${path}'`
    throw error
  }
}

/** Writes a file atomically. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.part`
  const file = createPrivateFile(temporary)
  try {
    writeTo(file, temporary, content)
  } finally {
    closeSync(file)
  }
  try {
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary)
    throw error
  }
}

/** Writes files into a directory. Their names may include subdirectories. */
export function writePrivateFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [name, content] of files) {
    makePrivateDirectory(dirname(join(folder, name)))
    writePrivateFile(join(folder, name), content)
  }
}

/**
 * Appends to a file: the data survives a crash of the process. Throws if the path is a link. Call `refuseLink` first,
 * before there is data to lose.
 */
export function appendPrivately(path: string, text: string): void {
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW
  const file = openSync(path, flags, OWNER_ONLY)
  try {
    writeTo(file, path, text)
  } finally {
    closeSync(file)
  }
}

/** Flushes a file to disk, so that the data survives a crash of the machine. */
export function flushFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Throws an `ExpectedError` if the path of an output is a link. */
export function refuseLink(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found?.isSymbolicLink()) return
  throw badInput('DATA_DIR_UNUSABLE', {
    message: `${path} is a symbolic link, so the output would be written elsewhere`,
    next: 'Remove the link, or use another directory with --data-dir.',
  })
}
