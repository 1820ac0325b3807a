import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { didYouMean, shownPath } from '../../runtime/terminal/index.ts'
import { PROGRAM } from '../../runtime/text/index.ts'
import { fetchedAt, fetchedRuns } from './fetched.ts'
import { isPipelineRun, RUN_RECORD, type Run } from './locate.ts'

/** The name that means the newest run. */
export const LAST = 'last'

/**
 * Finds a run by its name under the runs directory (`2026-11-23T10-00-00.000Z`, `demo/hour-3`), or by the path of any
 * directory that contains the stages' directories. Without a name, and for `last`, it is the newest run.
 * Throws an `ExpectedError` if there is no such run. Its hint names `option`.
 */
export function findRun(given: string | undefined, runsDir: string, option = '--run'): Run {
  if (given === undefined || given === LAST) {
    const newest = newestRun(runsDir)
    if (newest === undefined) throw noRun('there is no run yet', runsDir, option)
    return { dir: newest, name: relative(runsDir, newest) }
  }
  const named = join(runsDir, given)
  if (isDirectory(named)) return { dir: named, name: given }
  if (isDirectory(given)) return { dir: resolve(given), name: given }
  // Digits tell runs apart, so a name with other digits is not a misspelt one.
  const meant = [LAST, ...runNames(runsDir)].filter(name => digitsIn(name) === digitsIn(given))
  throw noRun(`there is no run ${given}${didYouMean(given, meant)}`, runsDir, option)
}

/** The runs that run-pipeline named, oldest first. */
export function pipelineRuns(runsDir: string): string[] {
  return directoriesOf(runsDir)
    .filter(dir => /\/\d{4}-\d{2}-\d{2}T[^/]*$/.test(dir))
    .sort()
}

/** All runs in a directory, oldest first: those with a run record, and those of run-pipeline without one yet. */
export function runsByStart(runsDir: string): string[] {
  const timed = new Set(pipelineRuns(runsDir))
  return directoriesOf(runsDir)
    .filter(dir => timed.has(dir) || isPipelineRun({ dir }))
    .map(dir => ({ dir, start: startOf(dir) }))
    .sort((one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0))
    .map(({ dir }) => dir)
}

/** The runs in the same directory as the newest run, oldest first. After a demo these are its hours. */
export function runsBesideNewest(runsDir: string): string[] {
  const newest = newestRun(runsDir)
  return newest === undefined ? [] : runsByStart(dirname(newest))
}

const startedSchema = z.object({
  started_at: z.iso.datetime(),
  stages: z.array(z.object({ started_at: z.iso.datetime().nullable() })).default([]),
})

/** When a run started, in the form of run-pipeline's names. A run that continued started with its earliest stage. */
function startOf(dir: string): string {
  const path = join(dir, RUN_RECORD)
  const record = existsSync(path) ? parsedFile(readFileSync(path), startedSchema) : undefined
  const starts = record ? [record, ...record.stages].flatMap(({ started_at }) => started_at ?? []) : []
  return starts.sort()[0]?.replaceAll(':', '-') ?? basename(dir)
}

/** The newest run: run-pipeline's newest, the demo's last hour, or the one fetched last. Undefined if there is none. */
export function newestRun(runsDir: string): string | undefined {
  const timed = pipelineRuns(runsDir).slice(-1)
  const hours = directoriesOf(join(runsDir, 'demo')).sort((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  )
  const latest = [...timed, ...hours.slice(-1)].map(dir => ({ dir, at: statSync(dir).mtimeMs }))
  const fetched = fetchedRuns(runsDir).map(dir => ({ dir, at: fetchedAt(dir) }))
  return [...latest, ...fetched].sort((one, other) => other.at - one.at)[0]?.dir
}

function digitsIn(name: string): string {
  return name.replace(/\D/g, '')
}

/** The names of all runs in a directory, the demo's included. */
function runNames(runsDir: string): string[] {
  const demo = join(runsDir, 'demo')
  return [...directoriesOf(runsDir), ...directoriesOf(demo)]
    .filter(dir => dir !== demo)
    .map(dir => relative(runsDir, dir))
}

function directoriesOf(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(dir, entry.name))
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function noRun(message: string, runsDir: string, option: string): ExpectedError {
  const newest = newestRun(runsDir)
  const next =
    newest === undefined
      ? `Run \`${PROGRAM} run-pipeline --dry-run\` (or \`${PROGRAM} demo\`) first, fetch one from GitLab with \`${PROGRAM} fetch-run\`, or name a directory with ${option}.`
      : `Name a run in ${shownPath(runsDir)}, such as ${relative(runsDir, newest)}, or another directory with ${option}.`
  return badInput('NO_RUN', { message, next })
}
