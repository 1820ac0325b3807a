import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { findStage, isAtOrAfter, STAGES, type Stage, type StageName } from '@support-sync/shared/pipeline'
import { findRun, LAST, pipelineRuns, RUN_RECORD } from '@support-sync/shared/runs/find'
import { copyFromRun } from '@support-sync/shared/runs/handover'
import { type RunRecord, readRunRecord, slackMessage } from '@support-sync/shared/runs/record'
import { consentsText, flag, readConsents } from '@support-sync/shared/runtime/bin'
import { badInput, CANCELLED } from '@support-sync/shared/runtime/errors'
import { takeLock } from '@support-sync/shared/runtime/lock'
import { readGatheredIds } from '@support-sync/shared/runtime/records'
import { copyableLines, shownPath } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { tryWriteReport } from '../report/try-write-report.ts'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { problemLines, repeatedFailureLines, resumeLines } from './pipeline/ending-lines.ts'
import { checkNamedFiles } from './pipeline/named-files.ts'
import { notifySlack } from './pipeline/notify-slack.ts'
import { progressOn } from './pipeline/progress.ts'
import { pruneRuns } from './pipeline/prune-runs.ts'
import { runOf, runStages, stageDir } from './pipeline/run-stages.ts'
import { stageTable } from './pipeline/stage-table.ts'

/** `run-pipeline`: runs the nine stages on this machine, with the credentials in the environment. */

/** Failures that Slack does not report, because the person who cancelled the run or named the plan sees them. */
const USER_ERRORS = [CANCELLED, 'USAGE', 'PLAN_STALE', 'PLAN_WITHOUT_STAGE']
const isColored = process.stdout.isTTY && !process.env.NO_COLOR

const stages = STAGES.map(({ stage }) => stage)

const command = createCommand({
  name: 'run-pipeline',
  purpose:
    'Runs the nine stages in order, each in its own data directory. The two instances run in parallel.',
  options: {
    'run-dir': {
      type: 'string',
      alias: 'run',
      requiresArg: true,
      describe: "the run's directory (default: a new one in runs/; with --from or --only, the newest)",
    },
    from: {
      choices: stages,
      requiresArg: true,
      describe: 'start at this stage, with the artifacts of an earlier run',
    },
    only: { choices: stages, requiresArg: true, describe: 'run only this stage' },
    'resume-run': {
      type: 'string',
      requiresArg: true,
      describe:
        'with --from or --only: start a new run on copies of the artifacts of this run, which does not change',
    },
    today: { type: 'string', requiresArg: true, describe: 'decide as of this UTC date (YYYY-MM-DD)' },
    // No default: with `coerce`, yargs would give a bare flag the default.
    'dry-run': { coerce: flag, describe: 'write nothing to Zendesk' },
    'allow-mass-change': {
      type: 'string',
      describe:
        'STAGE:KIND=N: allow up to N of what a guard stops, for this run; separate several with commas (or ALLOW_MASS_CHANGE)',
    },
    plan: {
      type: 'string',
      describe: `apply exactly this reviewed plan (from ${PROGRAM} plan --out FILE)`,
    },
    'last-run': {
      type: 'string',
      requiresArg: true,
      describe:
        'the run_record.json that the guards compare this run with (default: that of the previous run in the same directory)',
    },
    plans: { type: 'string', requiresArg: true, describe: "the processor's plans file" },
    overrides: { type: 'string', requiresArg: true, describe: "the processor's override file" },
    'log-level': { choices: ['debug', 'info', 'warn', 'error'], default: 'info' },
  },
  conflicts: [['from', 'only']],
  epilogue: 'The exit code is that of the most urgent stage: 1, 2, 3, 75, 4, then 0.',
  async run(given) {
    const first = given.from ?? given.only
    const resumed =
      given['resume-run'] === undefined ? undefined : findRun(given['resume-run'], RUNS, '--resume-run').dir
    if (resumed !== undefined && first === undefined) {
      throw usage('run-pipeline', '--resume-run goes with --from or --only')
    }
    const isInPlace = first !== undefined && resumed === undefined
    const named =
      given['run-dir'] === undefined ? (isInPlace ? newestRun() : newRun()) : runDirNamed(given['run-dir'])
    // A dry run never changes a real run's directory. It works on a copy.
    const isOnCopy = given['dry-run'] === true && isRealRun(named)
    const runDir = isOnCopy ? join(dirname(named), basename(newRun())) : named
    const isWanted = wanted(given.from, given.only)
    const consents = readConsents(given['allow-mass-change'], process.env)
    await checkNamedFiles(given)
    if (isInPlace) checkRunDir(named, first)
    if (isOnCopy)
      console.log(
        `${shownPath(named)} is a real run and does not change. This dry run works in ${shownPath(runDir)}`,
      )
    const source = resumed ?? (isOnCopy && isInPlace ? named : undefined)
    const lock = takeLock(`the run ${shownPath(runDir)}`, join(runDir, '.run.lock'), new Date())
    if (source !== undefined) await resume(source, runDir, isWanted)
    const isNamed = [given['run-dir'], given['resume-run'], given.plan].some(value => value !== undefined)
    const progress = progressOn(process.stderr, { stages: STAGES.filter(isWanted).length })
    const lastRun = given['last-run'] ?? previousRecord(named, isInPlace)
    const last = lastRun === undefined ? undefined : await readLastRecord(lastRun)
    const lastIds = lastRun === undefined ? undefined : readGatheredIds(lastRun)
    const { outcomes, record } = await runStages({
      runDir,
      isWanted,
      args: {
        all: [
          '--log-level',
          given['log-level'],
          ...option('today', given.today),
          ...option('last-run', lastRun),
        ],
        syncs: [
          ...option('plan', given.plan && resolve(given.plan)),
          ...(given['dry-run'] ? ['--dry-run'] : []),
        ],
        processor: [...option('plans', given.plans), ...option('overrides', given.overrides)],
      },
      environment: { ...process.env, ALLOW_MASS_CHANGE: consentsText(consents), PLAN_NAMED: String(isNamed) },
      last,
      lastIds,
      onStart: progress.onStart,
      onProgress: process.stderr.isTTY ? progress.onProgress : undefined,
      onEnd: progress.onEnd,
    })
    progress.done()
    const width = process.stdout.columns
    // What needs a person comes first.
    const problems = outcomes.flatMap(outcome => problemLines(outcome, width))
    if (problems.length > 0) console.log(`${problems.join('\n')}\n`)
    console.log(
      stageTable(
        outcomes.map(({ record }) => record),
        isColored,
        width,
      ),
    )
    const say = (text: string) => {
      for (const line of copyableLines('', text, width)) console.log(line)
    }
    for (const line of repeatedFailureLines(record)) console.log(line)
    for (const line of resumeLines(outcomes, record, runDir)) say(line)
    const isUserError = outcomes.some(({ record: { error } }) => error && USER_ERRORS.includes(error.code))
    const posted = isUserError ? null : await notifySlack(slackMessage(record, last), process.env)
    if (posted !== null) console.log(posted)
    if (
      given['dry-run'] &&
      outcomes.some(({ stage, exitCode }) => stage.instance !== null && exitCode !== null)
    ) {
      say(`To see what it would write: ${PROGRAM} plan --run ${shownPath(runDir)}`)
    }
    say(await tryWriteReport({ dir: runDir, name: basename(runDir) }))
    say(`Artifacts, summaries and logs: ${shownPath(runDir)}`)
    lock.release()
    const pruned = pruneRuns(RUNS, [runDir, named, ...(resumed === undefined ? [] : [resumed])], new Date())
    if (pruned > 0) say(`Removed ${pruned} old ${pruned === 1 ? 'run' : 'runs'} from ${shownPath(RUNS)}.`)
    return record.exit_code
  },
})

export default command

/** Whether a directory is a real run's. One without a record may be a run that was killed while it wrote. */
function isRealRun(dir: string): boolean {
  if (!existsSync(dir)) return false
  const path = join(dir, RUN_RECORD)
  const record = existsSync(path) ? readRunRecord(readFileSync(path)) : undefined
  return record ? !record.dry_run : readdirSync(dir).length > 0
}

/** Throws if a run to resume does not exist: its name is misspelt. A gather needs no earlier run. */
function checkRunDir(runDir: string, first: StageName): void {
  if (existsSync(runDir) || Object.keys(findStage(first)?.inputs ?? {}).length === 0) return
  throw badInput('NO_RUN', {
    message: `there is no run ${shownPath(runDir)}, and ${first} needs its artifacts`,
    next: `Name a run in ${shownPath(RUNS)} with --run-dir, or omit it to use the newest.`,
  })
}

/** Copies from an earlier run the data of the stages that will not run. */
async function resume(from: string, runDir: string, isWanted: (stage: Stage) => boolean): Promise<void> {
  if (resolve(from) === runDir)
    throw usage('run-pipeline', '--resume-run and --run-dir name the same directory')
  for (const { stage } of STAGES.filter(stage => !isWanted(stage)))
    await copyFromRun(stageDir(from, stage), stageDir(runDir, stage), runOf(runDir))
}

function wanted(from: StageName | undefined, only: StageName | undefined): (stage: Stage) => boolean {
  if (only !== undefined) return stage => stage.stage === only
  if (from !== undefined && findStage(from)) return stage => isAtOrAfter(stage, from)
  return () => true
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, value]
}

async function readLastRecord(path: string): Promise<RunRecord> {
  const record = readRunRecord(await readFile(path).catch(() => ''))
  if (record) return record
  throw badInput('LAST_RUN_INVALID', {
    message: `${path} is not a run record, and the guards compare the gathers with it`,
    next: `Name the ${RUN_RECORD} of an earlier run with --last-run, or remove this file.`,
  })
}

function newRun(): string {
  return join(RUNS, new Date().toISOString().replaceAll(':', '-'))
}

/** A run's directory, by the run's name as in every command, or by a path that need not exist yet. */
function runDirNamed(given: string): string {
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

/**
 * The record that the guards compare a run with: its own if it resumes, else that of the newest earlier run in the same
 * directory that has one.
 */
function previousRecord(runDir: string, isInPlace: boolean): string | undefined {
  const before = pipelineRuns(dirname(runDir)).filter(dir => dir < runDir)
  return [...(isInPlace ? [runDir] : []), ...before.toReversed()]
    .map(dir => join(dir, RUN_RECORD))
    .find(path => existsSync(path))
}

if (import.meta.main) await runMain(command.main)
