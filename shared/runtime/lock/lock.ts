import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { appendPrivately, makePrivateDirectory, writePrivateFile } from '../artifacts/index.ts'
import { ExpectedError } from '../errors/index.ts'

export type Lock = { release: () => void }

/** What an SQLite file answers that somebody else has locked (https://sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5

/** Where the lock on something lies that is not of one data directory: all of this user's runs must see the same. */
export function sharedLockPath(what: string): string {
  const name = createHash('sha256').update(what).digest('hex').slice(0, 32)
  return join(tmpdir(), `support-sync-locks-${process.getuid?.() ?? 'user'}`, name)
}

/**
 * Takes the lock on something, named in a message's words such as `Zendesk at https://example.zendesk.com`. Throws
 * a `ExpectedError` (exit 75) when another run still holds it after `waitMs` milliseconds. Its message says that it has been
 * held since `now`.
 *
 * The lock is the one that SQLite puts on its file (https://sqlite.org/lockingv3.html): the operating system drops
 * it with the process, however that ended, so none is ever stale, and no process id is mistaken for another's.
 */
export function takeLock(what: string, path: string, now: Date, waitMs = 0): Lock {
  const database = open(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${waitMs}`)
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    throw held(what, holderOf(path))
  }
  const holder = { process: process.pid, since: now.toISOString() }
  writePrivateFile(holderPath(path), JSON.stringify(holder))
  return { release: () => database.close() }
}

function open(path: string): DatabaseSync {
  try {
    makePrivateDirectory(dirname(path))
    // SQLite would follow a link, and make a file that others can read.
    appendPrivately(path, '')
    return new DatabaseSync(path)
  } catch (error) {
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'LOCK_UNUSABLE',
      message: `no lock can be put at ${path}: ${error instanceof Error ? error.message : error}`,
      next: 'Let this user write there; the folder for temporary files is the one of TMPDIR, the same for every run.',
      cause: error,
    })
  }
}

function holderPath(path: string): string {
  return `${path}.holder`
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

const holderSchema = z.object({ process: z.int(), since: z.string() })

/** Only for the message: the file may still be the former holder's. */
function holderOf(path: string): string {
  try {
    const { process: id, since } = holderSchema.parse(JSON.parse(readFileSync(holderPath(path), 'utf8')))
    return `process ${id}, since ${since}`
  } catch {
    return 'a process that has just begun'
  }
}

function held(what: string, holder: string): ExpectedError {
  return new ExpectedError({
    kind: 'upstream',
    code: 'ANOTHER_RUN',
    message: `another run is at work on ${what} (${holder})`,
    next: 'Wait until it has ended, then start again from the gather: this plan does not know what that run wrote.',
  })
}
