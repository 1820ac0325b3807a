import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { findStage, isAtOrAfter, type Stage, type StageName } from '@support-sync/shared/pipeline'
import {
  fetchedFrom,
  findRun,
  LAST,
  pipelineRuns,
  RUN_RECORD,
  runsByStart,
} from '@support-sync/shared/runs/find'
import { readRunRecord } from '@support-sync/shared/runs/record'
import { badInput } from '@support-sync/shared/runtime/errors'
import { shownPath } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { usage } from '../command/command.ts'
import { RUNS } from '../command/runs.ts'

/** The options that choose a run. */
type Given = {
  'run-dir'?: string | undefined
  'resume-run'?: string | undefined
  from?: StageName | undefined
  only?: StageName | undefined
  'dry-run'?: boolean | undefined
}

export type ChosenRun = {
  /** The directory that the run works in. */
  runDir: string
  /** The run whose artifacts are copied to the directory first; undefined if none is. */
  source: string | undefined
  /** The real run that the options name, if this is a dry run: it works on a copy, and the real run does not change. */
  copied: string | undefined
  /** The record that the guards compare this run with; undefined if there is none. */
  lastRecord: string | undefined
  /** Whether to run a stage. */
  isWanted: (stage: Stage) => boolean
}

/**
 * Chooses the directory of a run: the named one, or a new one. A run that starts at a later stage continues in the newest
 * run, or in a new one on copies of the run to resume. Throws an `ExpectedError` if there is no such run.
 */
export function chooseRun(given: Given): ChosenRun {
  const first = given.from ?? given.only
  const resumed =
    given['resume-run'] === undefined ? undefined : findRun(given['resume-run'], RUNS, '--resume-run').dir
  if (resumed !== undefined && first === undefined)
    throw usage('run-pipeline', '--resume-run goes with --from or --only')
  const isInPlace = first !== undefined && resumed === undefined
  const named =
    given['run-dir'] === undefined ? (isInPlace ? newestRun() : newRun()) : runDirNamed(given['run-dir'])
  if (isInPlace) assertHasInputs(named, first)
  const copied = given['dry-run'] === true && isRealRun(named) ? named : undefined
  const runDir = copied === undefined ? named : join(dirname(named), basename(newRun()))
  const source = resumed ?? (isInPlace ? copied : undefined)
  if (source !== undefined && resolve(source) === runDir)
    throw usage('run-pipeline', '--resume-run and --run-dir name the same directory')
  return {
    runDir,
    source,
    copied,
    lastRecord: lastRecord(named, isInPlace),
    isWanted: wantedStages(given),
  }
}

function wantedStages({ from, only }: Given): ChosenRun['isWanted'] {
  if (only !== undefined) return ({ stage }) => stage === only
  if (from !== undefined) return stage => isAtOrAfter(stage, from)
  return () => true
}

function newRun(): string {
  return join(RUNS, new Date().toISOString().replaceAll(':', '-'))
}

/** A run's directory, by the run's name as in every command, or by a path that need not exist yet. */
function runDirNamed(given: string): string {
  if (given.trim() === '') throw usage('run-pipeline', '--run-dir is empty')
  if (given === LAST) return newestRun()
  return existsSync(join(RUNS, given)) ? join(RUNS, given) : resolve(given)
}

function newestRun(): string {
  const newest = pipelineRuns(RUNS).at(-1)
  if (newest !== undefined) return newest
  throw badInput('NO_RUN', {
    message: 'there is no earlier run to resume',
    next: `Run \`${PROGRAM} run-pipeline\` without --from and --only first, or name a run with --run-dir.`,
  })
}

/** Throws if a run to continue does not exist: its name is misspelt. A gather needs no earlier run. */
function assertHasInputs(runDir: string, first: StageName): void {
  if (existsSync(runDir) || Object.keys(findStage(first)?.inputs ?? {}).length === 0) return
  throw badInput('NO_RUN', {
    message: `there is no run ${shownPath(runDir)}, and ${first} needs its artifacts`,
    next: `Name a run in ${shownPath(RUNS)} with --run-dir, or omit it to use the newest.`,
  })
}

/** Whether a directory is a real run's. One without a record may be a run that was killed while it wrote. */
function isRealRun(dir: string): boolean {
  if (!existsSync(dir)) return false
  const path = join(dir, RUN_RECORD)
  const record = existsSync(path) ? readRunRecord(readFileSync(path)) : undefined
  return record ? !record.dry_run : readdirSync(dir).length > 0
}

/**
 * The record of the run itself if it continues, else that of the run that started last, of all beside the directory and
 * in it. A run that was fetched from GitLab does not count: it may be of other instances.
 */
function lastRecord(runDir: string, isInPlace: boolean): string | undefined {
  const earlier = runsByStart(dirname(runDir)).filter(dir => fetchedFrom(dir) === undefined)
  return [...(isInPlace ? [runDir] : []), ...earlier.toReversed()]
    .map(dir => join(dir, RUN_RECORD))
    .find(path => existsSync(path))
}
