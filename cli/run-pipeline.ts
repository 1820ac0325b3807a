import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { copyFromRun } from '@support-sync/shared/runs/handover'
import { type RunRecord, readRunRecord, slackMessage } from '@support-sync/shared/runs/record'
import { consentsText, flag, LOG_LEVELS, readConsents } from '@support-sync/shared/runtime/bin'
import { badInput, CANCELLED } from '@support-sync/shared/runtime/errors'
import { takeLock } from '@support-sync/shared/runtime/lock'
import { readGatheredIds } from '@support-sync/shared/runtime/records'
import { copyableLines, shownPath } from '@support-sync/shared/runtime/terminal'
import { inShell, PROGRAM } from '@support-sync/shared/runtime/text'
import { tryWriteReport } from '../report/try-write-report.ts'
import { createCommand, runMain } from './command/command.ts'
import { dayGiven } from './command/day.ts'
import { RUNS } from './command/runs.ts'
import { type ChosenRun, chooseRun } from './pipeline/choose-run.ts'
import { endingLines } from './pipeline/ending-lines.ts'
import { checkNamedFiles } from './pipeline/named-files.ts'
import { notifySlack } from './pipeline/notify-slack.ts'
import { progressOn } from './pipeline/progress.ts'
import { pruneRuns } from './pipeline/prune-runs.ts'
import { runOf, runStages, type StageOutcome, stageDir } from './pipeline/run-stages.ts'

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
        'the run_record.json that the guards compare this run with (default: that of the newest earlier run beside it, by start, not by name; for a run that continues, its own)',
    },
    plans: {
      type: 'string',
      requiresArg: true,
      describe: 'use this plans file instead of the configured one',
    },
    overrides: {
      type: 'string',
      requiresArg: true,
      describe: 'use this override file instead of the configured one',
    },
    'log-level': { choices: LOG_LEVELS, default: 'info', describe: 'how much the bins log' },
  },
  conflicts: [['from', 'only']],
  epilogue: 'The exit code is that of the most urgent stage: 1, 2, 3, 75, 4, then 0.',
  async run(given) {
    const consents = readConsents(given['allow-mass-change'], process.env)
    if (given.today !== undefined) dayGiven(given.today)
    await checkNamedFiles(given)
    const chosen = chooseRun(given)
    const { runDir, source, copied, isWanted } = chosen
    if (copied !== undefined)
      say(
        `${shownPath(copied)} is a real run and does not change. This dry run works in ${shownPath(runDir)}`,
      )
    const lock = takeLock(`the run ${shownPath(runDir)}`, join(runDir, '.run.lock'), new Date())
    if (source !== undefined) await copyEarlierStages(source, chosen)

    const lastRun = given['last-run'] ?? chosen.lastRecord
    const last = lastRun === undefined ? undefined : await readLastRecord(lastRun)
    const lastIds = lastRun === undefined ? undefined : readGatheredIds(lastRun)
    const isNamed = [given['run-dir'], given['resume-run'], given.plan].some(value => value !== undefined)
    const progress = progressOn(process.stderr, { stages: STAGES.filter(isWanted).length })
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

    const screen = { width: process.stdout.columns, isColored }
    for (const line of endingLines(outcomes, record, runDir, screen)) console.log(line)
    const posted = hasUserError(outcomes) ? null : await notifySlack(slackMessage(record, last), process.env)
    if (posted !== null) say(posted)
    if (given['dry-run'] && outcomes.some(isPlanned))
      say(`To see what it would write: ${PROGRAM} plan --run ${inShell(shownPath(runDir))}`)
    say(await tryWriteReport({ dir: runDir, name: basename(runDir) }))
    say(`Artifacts, summaries and logs: ${shownPath(runDir)}`)
    lock.release()
    const used = [runDir, source ?? runDir, copied ?? runDir]
    const pruned = pruneRuns(RUNS, used, new Date())
    if (pruned > 0) say(`Removed ${pruned} old ${pruned === 1 ? 'run' : 'runs'} from ${shownPath(RUNS)}.`)
    return record.exit_code
  },
})

export default command

/** Copies from an earlier run the data of the stages that will not run. */
async function copyEarlierStages(
  source: string,
  { runDir, isWanted }: Pick<ChosenRun, 'runDir' | 'isWanted'>,
): Promise<void> {
  for (const { stage } of STAGES.filter(stage => !isWanted(stage)))
    await copyFromRun(stageDir(source, stage), stageDir(runDir, stage), runOf(runDir))
}

async function readLastRecord(path: string): Promise<RunRecord> {
  const record = readRunRecord(await readFile(path).catch(() => ''))
  if (record) return record
  throw badInput('LAST_RUN_INVALID', {
    message: `${path} is not a run record, and the guards compare the gathers with it`,
    next: `Name the ${RUN_RECORD} of an earlier run with --last-run, or remove this file.`,
  })
}

function hasUserError(outcomes: readonly StageOutcome[]): boolean {
  return outcomes.some(({ record: { error } }) => error && USER_ERRORS.includes(error.code))
}

/** Whether a stage that plans writes ran. */
function isPlanned({ stage, exitCode }: StageOutcome): boolean {
  return stage.instance !== null && exitCode !== null
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, value]
}

/** Prints a line, wrapped at the terminal's width. */
function say(text: string): void {
  for (const line of copyableLines('', text, process.stdout.columns)) console.log(line)
}

if (import.meta.main) await runMain(command.main)
