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

/** Results as they come in, on disk before the next write is made. */
export type Journal = {
  /** What an earlier, interrupted run of this plan wrote, then this run's. */
  results: Result[]
  /** They are in the file at once; resolves when they, and all before them, are on disk. */
  append: (results: readonly Result[]) => Promise<void>
  /** Notes that a create, by its number in the plan, is about to be sent; and that it has been answered. */
  creating: (number: number, key: string) => void
  created: (number: number) => void
  /** When an interrupted run, of whichever plan, sent the last create that it saw no answer to. */
  unansweredSince: Date | undefined
  /** Where the journal of another plan was put that stood in this one's place. */
  setAside: string | undefined
  /** Ends the journal: its results stand in the finished artifact. */
  close: () => void
}

/** Knows a plan again: the same records make the same text, however their files were formatted. */
export function fingerprint(stage: string, plan: SyncPlan<unknown, unknown, unknown>): string {
  const hash = createHash('sha256').update(stage)
  for (const part of [plan.creates, plan.updates, plan.marks, plan.alreadyMarked]) {
    hash.update('\n\n')
    for (const record of part) hash.update(`\n${JSON.stringify(record)}`)
  }
  return hash.digest('hex')
}

/**
 * Opens the journal of a plan in a data directory, folding in what an interrupted run of the same plan left there.
 * What another plan's run left is no part of this one's results and yet was written: its journal is set aside
 * under its plan's name, where a run of that plan finds it again.
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
    // A line feed first: the line before may have been cut by a crash.
    appendPrivately(path, all.map(line => `\n${printable(JSON.stringify(line))}`).join(''))
  }

  let flushing: Promise<void> | undefined
  /** One flush for all that came in this turn: 25 jobs end together, and 25 flushes would hold up the next ones. */
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
    // Not flushed: it must outlive the process, and after a machine's crash nothing is under way any more.
    creating: (number, key) =>
      write([{ creating: number, key, at: clock().toISOString() } satisfies CreateLine]),
    created: number => write([{ created: number } satisfies CreateLine]),
    unansweredSince: (earlier && lastSent(earlier)) ?? others.unansweredSince,
    setAside: others.path,
    close: () => rmSync(path, { force: true }),
  }
}

type Others = { path?: string; unansweredSince?: Date | undefined }

/** Gives where another plan's journal was put, and what it still waited for. */
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
