import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Result } from '../../domain/index.ts'
import { JOURNAL_NAME as JOURNAL } from '../../pipeline/index.ts'
import { appendPrivately, flushFile, refuseLink } from '../../runtime/artifacts/index.ts'
import { printable } from '../../runtime/text/index.ts'
import type { SyncPlan } from '../plan/index.ts'
import { type CreateLine, type JournalLines, readJournalLines } from './journal-lines.ts'

/** The results of a running sync, on disk before the next write. */
export type Journal = {
  /** The results of an interrupted run of this plan, then this run's. */
  results: Result[]
  /** Writes results to the file at once. Resolves when they, and all before them, are on disk. */
  append: (results: readonly Result[]) => Promise<void>
  /** Notes that a create, by its number in the plan, is about to be sent. */
  creating: (number: number, key: string) => void
  /** Notes that the create with this number was answered. */
  created: (number: number) => void
  /** When an interrupted run of any plan sent its last unanswered create. */
  unansweredSince: Date | undefined
  /** The path to which the journal of another plan was moved, if there was one. */
  setAside: string | undefined
  /** Removes the journal, because the finished artifact has its results. */
  close: () => void
}

/** Identifies a plan: the same records give the same text, regardless of the files' formatting. */
export function fingerprint(stage: string, plan: SyncPlan<unknown, unknown, unknown>): string {
  const hash = createHash('sha256').update(stage)
  for (const part of [plan.creates, plan.updates, plan.marks, plan.alreadyMarked]) {
    hash.update('\n\n')
    for (const record of part) hash.update(`\n${JSON.stringify(record)}`)
  }
  return hash.digest('hex')
}

/**
 * Opens the journal of a plan in a data directory, and continues that of an interrupted run of the same plan. The journal
 * of another plan does not belong to this run's results, so it is renamed after its plan. A run of that plan finds it
 * there.
 */
export function openJournal(dataDir: string, plan: string, clock: () => Date): Journal {
  const path = join(dataDir, JOURNAL)
  refuseLink(path)
  refuseLink(asidePath(dataDir, plan))
  const others = setOthersAside(dataDir, plan)
  const ownAside = asidePath(dataDir, plan)
  if (existsSync(ownAside)) renameSync(ownAside, path)
  const earlier = existsSync(path) ? read(path) : undefined
  const results = earlier?.results ?? []
  let isBegun = earlier !== undefined

  function write(lines: readonly object[]): void {
    const all = isBegun ? lines : [{ plan }, ...lines]
    isBegun = true
    // Starts with a line feed, because a crash may have cut the line before.
    appendPrivately(path, all.map(line => `\n${printable(JSON.stringify(line))}`).join(''))
  }

  let flushing: Promise<void> | undefined
  /** One flush for all results of this turn. Jobs end together, and 25 flushes would delay the next ones. */
  function flushed(): Promise<void> {
    flushing ??= nextTurn().then(() => {
      flushing = undefined
      flushFile(path)
    })
    return flushing
  }

  return {
    results,
    append(added) {
      if (added.length === 0) return flushing ?? Promise.resolve()
      write(added)
      results.push(...added)
      return flushed()
    },
    // Not flushed: the line must survive a crash of the process. A machine takes longer to restart than Zendesk for a create.
    creating: (number, key) =>
      write([{ creating: number, key, at: clock().toISOString() } satisfies CreateLine]),
    created: number => write([{ created: number } satisfies CreateLine]),
    unansweredSince: (earlier && lastSent(earlier)) ?? others.unansweredSince,
    setAside: others.path,
    close: () => rmSync(path, { force: true }),
  }
}

type Others = { path?: string; unansweredSince?: Date | undefined }

/**
 * Moves another plan's journal, or removes it if it has no results. Returns its new path, and when its last unanswered
 * create was sent.
 */
function setOthersAside(dataDir: string, plan: string): Others {
  const path = join(dataDir, JOURNAL)
  if (!existsSync(path)) return {}
  const journal = read(path)
  const { plan: its = 'unknown', results } = journal
  const unansweredSince = lastSent(journal)
  if (its === plan) return {}
  if (results.length === 0) {
    rmSync(path)
    return { unansweredSince }
  }
  const aside = asidePath(dataDir, its)
  if (existsSync(aside)) {
    appendPrivately(aside, readFileSync(path, 'utf8'))
    flushFile(aside)
    rmSync(path)
  } else renameSync(path, aside)
  return { path: aside, unansweredSince }
}

function asidePath(dataDir: string, plan: string): string {
  return join(dataDir, `sync_results.journal.${plan.slice(0, 16)}.jsonl`)
}

/** When the last unanswered create was sent. */
function lastSent({ unanswered }: JournalLines): Date | undefined {
  if (unanswered.length === 0) return undefined
  return new Date(Math.max(...unanswered.map(({ at }) => Number(at))))
}

function read(path: string): JournalLines {
  return readJournalLines(readFileSync(path, 'utf8'))
}
