import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { fetchedFrom } from '@support-sync/shared/runs/find'
import { jobIdsOf, type RunOnGitlab } from '@support-sync/shared/runs/gitlab'
import { MANIFEST, readManifest } from '@support-sync/shared/runs/handover'
import { makePrivateDirectory, sumOfFile } from '@support-sync/shared/runtime/artifacts'
import { badInput, type ExpectedError } from '@support-sync/shared/runtime/errors'
import { takeLock } from '@support-sync/shared/runtime/lock'
import { shownPath } from '@support-sync/shared/runtime/terminal'

/** Whether the directory of runs has this run, and whether that download still matches GitLab. */
export type Present = 'absent' | 'same' | 'changed'

/** Throws an `ExpectedError` if the directory exists but is not a download of this run. */
export async function presentIn(dir: string, run: RunOnGitlab): Promise<Present> {
  if (!existsSync(dir)) return 'absent'
  const origin = fetchedFrom(dir)
  if (!origin) throw taken(dir, 'was not downloaded by fetch-run')
  if (origin.project_url !== run.project.url) throw taken(dir, `is a run of ${origin.project_url}`)
  const jobs = jobIdsOf(run)
  const names = new Set([...Object.keys(jobs), ...Object.keys(origin.jobs)])
  const isSame = [...names].every(name => jobs[name] === origin.jobs[name])
  if (isSame && (await matchesManifests(dir))) return 'same'
  if (existsSync(join(dir, LOGS))) throw taken(dir, 'has changed, because run-pipeline has run stages in it')
  return 'changed'
}

/** The directory that run-pipeline creates in a run. */
const LOGS = 'logs'

function taken(dir: string, what: string): ExpectedError {
  return badInput('RUN_FOLDER_TAKEN', {
    message: `${shownPath(dir)} ${what}`,
    next: 'Rename or remove it, then fetch the run again.',
  })
}

async function matchesManifests(dir: string): Promise<boolean> {
  for (const { stage } of STAGES) {
    const path = join(dir, stage, MANIFEST)
    const manifest = existsSync(path) ? readManifest(readFileSync(path)) : null
    for (const [name, { sha256 }] of Object.entries(manifest?.files ?? {})) {
      const file = join(dir, stage, name)
      if (!existsSync(file) || (await sumOfFile(file)) !== sha256) return false
    }
  }
  return true
}

const PART = '.fetch-'
const DAY_MS = 24 * 3600 * 1000

/**
 * Fills a temporary directory, and moves it to `dir` once it is complete, in place of an earlier one. If that fails,
 * nothing changes.
 */
export async function replaceWhenComplete(dir: string, fill: (part: string) => Promise<void>): Promise<void> {
  const runs = join(dir, '..')
  makePrivateDirectory(runs)
  removeLeftovers(runs)
  // mkdtemp makes a directory that only its owner can read.
  const part = mkdtempSync(join(runs, `${PART}${basename(dir)}-`))
  try {
    await fill(part)
    replace(dir, part)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

function replace(dir: string, part: string): void {
  if (!existsSync(dir)) {
    renameSync(part, dir)
    return
  }
  // run-pipeline may be running stages in it.
  const lock = takeLock(`the run ${shownPath(dir)}`, join(dir, '.run.lock'), new Date())
  const old = `${part}.old`
  try {
    renameSync(dir, old)
    try {
      renameSync(part, dir)
    } catch (error) {
      renameSync(old, dir)
      throw error
    }
  } finally {
    lock.release()
    rmSync(old, { recursive: true, force: true })
  }
}

/** Removes the temporary directories of killed fetches, because they contain customer data. */
function removeLeftovers(runs: string): void {
  for (const name of readdirSync(runs).filter(name => name.startsWith(PART))) {
    const left = join(runs, name)
    const since = statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - since > DAY_MS) rmSync(left, { recursive: true, force: true })
  }
}
