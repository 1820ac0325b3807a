import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { appendPrivately, makePrivateDirectory, writePrivateFile } from '../artifacts/index.ts'
import { badInput, type ExpectedError, expectedFrom, upstreamFailed } from '../errors/index.ts'

export type Lock = { release: () => void }

/** SQLite's error code for a file that another process has locked (https://sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5

/** The path of a lock that is not for one data directory. All runs of this user share it. */
export function sharedLockPath(what: string): string {
  const name = createHash('sha256').update(what).digest('hex').slice(0, 32)
  return join(tmpdir(), `support-sync-locks-${process.getuid?.() ?? 'user'}`, name)
}

/**
 * Takes a lock. `what` is its name in messages, such as `Zendesk at https://example.zendesk.com`. `now` is the time of
 * the lock in the messages of other runs. Throws an `ExpectedError` (exit 75) if another run still has the lock after
 * `waitMs` milliseconds.
 * The lock is SQLite's lock on its file (https://sqlite.org/lockingv3.html). The operating system releases it when the
 * process ends, so a lock is never stale, and a new process with the same id does not count as the holder.
 */
export function takeLock(what: string, path: string, now: Date, waitMs = 0): Lock {
  const database = open(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${waitMs}`)
    database.exec('BEGIN EXCLUSIVE')
    const holder = { process: process.pid, since: now.toISOString() }
    writePrivateFile(holderPath(path), JSON.stringify(holder))
  } catch (error) {
    database.close()
    throw isBusy(error) ? anotherRun(what, holderOf(path)) : unusable(path, error)
  }
  return { release: () => database.close() }
}

function open(path: string): DatabaseSync {
  try {
    makePrivateDirectory(dirname(path))
    // SQLite would follow a link, and create a file that others can read.
    appendPrivately(path, '')
    return new DatabaseSync(path)
  } catch (error) {
    throw unusable(path, error)
  }
}

function unusable(path: string, error: unknown): ExpectedError {
  const fullDisk = expectedFrom(error)
  if (fullDisk) return fullDisk
  return badInput('LOCK_UNUSABLE', {
    message: `cannot create a lock at ${path}: ${error instanceof Error ? error.message : error}`,
    next: 'Let this user write there, and remove the file if it is not a lock. The temporary directory is TMPDIR, which must be the same for every run.',
    cause: error,
  })
}

function holderPath(path: string): string {
  return `${path}.holder`
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

const holderSchema = z.object({ process: z.int(), since: z.string() })

/** The holder, only for the message: the file may still name the previous one. */
function holderOf(path: string): string {
  try {
    const { process: id, since } = holderSchema.parse(JSON.parse(readFileSync(holderPath(path), 'utf8')))
    return `process ${id}, since ${since}`
  } catch {
    return 'a process that has just started'
  }
}

function anotherRun(what: string, holder: string): ExpectedError {
  return upstreamFailed('ANOTHER_RUN', {
    message: `another run is using ${what} (${holder})`,
    next: 'Wait until it ends, then start again from the gather: this plan does not know what that run wrote.',
  })
}
