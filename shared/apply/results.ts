import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Result, resultSchema } from '../domain/index.ts'
import type { Refusal } from '../zendesk/index.ts'

export type Action = Result['action']

/** What a write came to. */
export function result(
  action: Action,
  key: string,
  id: number | null,
  status: Result['status'],
  { http_status = null, error = null }: { http_status?: number | null; error?: string | null } = {},
): Result {
  return { action, key, id, status, http_status, error }
}

/** The result of a write that Zendesk refused. */
export function failed(action: Action, key: string, id: number | null, refusal: Refusal): Result {
  const { status, code, message } = refusal
  return result(action, key, id, 'failed', { http_status: status, error: `${code}: ${message}` })
}

const JOURNAL = 'sync_results.journal.jsonl'

/** Results as they come in, on disk before the next write is made. */
export type Journal = {
  /** What an earlier, interrupted run of this bin wrote, then this run's. */
  results: Result[]
  append: (results: readonly Result[]) => void
  /** Ends the journal: its results stand in the finished artifact. */
  close: () => void
}

/** Opens the journal of a data directory, folding in what an interrupted run left there. */
export function openJournal(dataDir: string): Journal {
  const path = join(dataDir, JOURNAL)
  const results = existsSync(path) ? readFileSync(path, 'utf8').split('\n').flatMap(readLine) : []
  return {
    results,
    append(added) {
      if (added.length === 0) return
      // A line feed first: the line before may have been cut by a crash.
      appendFileSync(path, added.map(line => `\n${JSON.stringify(line)}`).join(''), {
        mode: 0o600,
        flush: true,
      })
      results.push(...added)
    },
    close: () => rmSync(path, { force: true }),
  }
}

/** A line that a crash cut in the middle tells nothing; the write that it was about is recognised again. */
function readLine(line: string): Result[] {
  try {
    const parsed = resultSchema.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  } catch {
    return []
  }
}
