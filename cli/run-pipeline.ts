import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { findStage, isAtOrAfter, STAGES, type Stage, type StageName } from '@support-sync/shared/pipeline'
import { findRun, LAST, pipelineRuns, RUN_RECORD } from '@support-sync/shared/runs/find'
import { copyFromRun } from '@support-sync/shared/runs/handover'
import { type RunRecord, readRunRecord, slackMessage } from '@support-sync/shared/runs/record'
import { consentsText, flag, readConsents, readGatheredIds } from '@support-sync/shared/runtime/bin'
import { CANCELLED, ExpectedError } from '@support-sync/shared/runtime/errors'
import { takeLock } from '@support-sync/shared/runtime/lock'
import { copyableLines } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { leaveReport } from '../report/leave-report.ts'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { goOnLines, lastingLines, problemLines } from './pipeline/ending-lines.ts'
import { checkNamedFiles } from './pipeline/named-files.ts'
import { progressOn } from './pipeline/progress.ts'
import { pruneRuns } from './pipeline/prune-runs.ts'
import { runOf, runStages, shownPath, stageDir } from './pipeline/run-stages.ts'
import { stageTable } from './pipeline/stage-table.ts'
import { tellSlack } from './pipeline/tell-slack.ts'

/** `run-pipeline`: the nine stages on this machine, with the environment's credentials. */

/** Whoever cancelled it here, or named the plan that it refuses, knows. */
const OWN_DOING = [CANCELLED, 'USAGE', 'PLAN_STALE', 'PLAN_WITHOUT_STAGE']
const isColored = process.stdout.isTTY && !process.env.NO_COLOR

const stages = STAGES.map(({ stage }) => stage)

const command = createCommand({
  name: 'run-pipeline',
  purpose: 'Runs the nine stages in order, the two instances side by side, each in its own data directory.',
  options: {
    'run-dir': {
      type: 'string',
      alias: 'run',
      requiresArg: true,
      describe:
        "where each stage's data directory is made (default: a new one in runs/; with --from or --only the newest)",
    },
    from: {
      choices: stages,
      requiresArg: true,
      describe: 'start at this stage, on what an earlier run left',
    },
    only: { choices: stages, requiresArg: true, describe: 'run this stage alone' },
    'resume-run': {
      type: 'string',
      requiresArg: true,
      describe: 'with --from or --only: in a new run, on copies of what this one left; it stays as it is',
    },
    today: { type: 'string', requiresArg: true, describe: 'the UTC calendar date to decide by' },
    // No default beside coerce: yargs would give a bare flag the default.
    'dry-run': { coerce: flag, describe: 'write nothing to Zendesk' },
    'allow-mass-change': {
      type: 'string',
      describe:
        'STAGE:KIND=N: let up to N of what a guard stops through, this once; several with commas (or ALLOW_MASS_CHANGE)',
    },
    plan: {
      type: 'string',
      describe: `the syncs apply exactly this reviewed plan (${PROGRAM} plan --out FILE)`,
    },
    'last-run': {
      type: 'string',
      requiresArg: true,
      describe:
        "an earlier run's run_record.json, which the guards hold this one against (default: that of the run before, in the same directory)",
    },
    plans: { type: 'string', requiresArg: true, describe: "the processor's plans file" },
    overrides: { type: 'string', requiresArg: true, describe: "the processor's override file" },
    'log-level': { choices: ['debug', 'info', 'warn', 'error'], default: 'info' },
  },
  conflicts: [['from', 'only']],
  epilogue: 'Exits with the code of the stage that needs a person most: 1, 2, 3, 75, 4, then 0.',
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
    // A dry run never changes what a real run left: it works on a copy.
    const isOnCopy = given['dry-run'] === true && isRealRun(named)
    const runDir = isOnCopy ? join(dirname(named), basename(newRun())) : named
    const isWanted = wanted(given.from, given.only)
    const consents = readConsents(given['allow-mass-change'], process.env)
    await checkNamedFiles(given)
    if (isInPlace) checkRunDir(named, first)
    if (isOnCopy)
      console.log(
        `${shownPath(named)} is a real run and stays as it is: this dry run works in ${shownPath(runDir)}`,
      )
    const source = resumed ?? (isOnCopy && isInPlace ? named : undefined)
    const lock = takeLock(`the run ${shownPath(runDir)}`, join(runDir, '.run.lock'), new Date())
    if (source !== undefined) await resume(source, runDir, isWanted)
    const isNamed = [given['run-dir'], given['resume-run'], given.plan].some(value => value !== undefined)
    const progress = progressOn(process.stderr, { stages: STAGES.filter(isWanted).length })
    const lastRun = given['last-run'] ?? lastRecordOf(named, isInPlace)
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
    // What needs a person is seen first, however long the rest is.
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
    for (const line of lastingLines(record)) console.log(line)
    for (const line of goOnLines(outcomes, record, runDir)) say(line)
    const isOwnDoing = outcomes.some(({ record: { error } }) => error && OWN_DOING.includes(error.code))
    const told = isOwnDoing ? null : await tellSlack(slackMessage(record, last), process.env)
    if (told !== null) console.log(told)
    if (
      given['dry-run'] &&
      outcomes.some(({ stage, exitCode }) => stage.instance !== null && exitCode !== null)
    ) {
      say(`What it would write: ${PROGRAM} plan --run ${shownPath(runDir)}`)
    }
    say(await leaveReport({ dir: runDir, name: basename(runDir) }))
    say(`Artifacts, summaries and logs: ${runDir}`)
    lock.release()
    const pruned = pruneRuns(RUNS, [runDir, named, ...(resumed === undefined ? [] : [resumed])], new Date())
    if (pruned > 0) say(`Removed ${pruned} old ${pruned === 1 ? 'run' : 'runs'} from ${shownPath(RUNS)}.`)
    return record.exit_code
  },
})

export default command

/** Whether a directory has what a real run left; one without a record may have been killed in the midst of writing. */
function isRealRun(dir: string): boolean {
  if (!existsSync(dir)) return false
  const path = join(dir, RUN_RECORD)
  const record = existsSync(path) ? readRunRecord(readFileSync(path)) : undefined
  return record ? !record.dry_run : readdirSync(dir).length > 0
}

/** A directory that is not there has nothing to go on from: it is misspelt. A gather needs none. */
function checkRunDir(runDir: string, first: StageName): void {
  if (existsSync(runDir) || Object.keys(findStage(first)?.inputs ?? {}).length === 0) return
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'NO_RUN',
    message: `there is no run ${shownPath(runDir)}, and ${first} needs what an earlier stage left in it`,
    next: `Name one of those in ${shownPath(RUNS)} with --run-dir, or leave it out for the newest.`,
  })
}

/** Copies what the stages that are not to run left in an earlier run. */
async function resume(from: string, runDir: string, isWanted: (stage: Stage) => boolean): Promise<void> {
  if (resolve(from) === runDir) throw usage('run-pipeline', '--resume-run and --run-dir name one directory')
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
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'LAST_RUN_INVALID',
    message: `${path} is no record of a run, and gathers are held against it`,
    next: `Name the ${RUN_RECORD} of an earlier run with --last-run, or remove this file.`,
  })
}

function newRun(): string {
  return join(RUNS, new Date().toISOString().replaceAll(':', '-'))
}

/** A run by its name, as every command takes it; or a directory, which need not be there yet. */
function runDirNamed(given: string): string {
  if (given === LAST) return newestRun()
  return existsSync(join(RUNS, given)) ? join(RUNS, given) : resolve(given)
}

function newestRun(): string {
  const newest = pipelineRuns(RUNS).at(-1)
  if (newest !== undefined) return newest
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'NO_RUN',
    message: 'there is no earlier run to go on from',
    next: `Run \`${PROGRAM} run-pipeline\` whole first, or name one with --run-dir.`,
  })
}

/**
 * The record that a run is held against: its own, where it goes on; else that of the newest run beside it, which
 * began before it and came to have one.
 */
function lastRecordOf(runDir: string, isInPlace: boolean): string | undefined {
  const before = pipelineRuns(dirname(runDir)).filter(dir => dir < runDir)
  return [...(isInPlace ? [runDir] : []), ...before.toReversed()]
    .map(dir => join(dir, RUN_RECORD))
    .find(path => existsSync(path))
}

if (import.meta.main) await runMain(command.main)
