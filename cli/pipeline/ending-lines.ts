import { lastingTexts } from '@support-sync/shared/domain'
import { findStage, isAtOrAfter } from '@support-sync/shared/pipeline'
import { LOST_TEXT, nextStages, type RunRecord } from '@support-sync/shared/runs/record'
import { continuesPipeline, EXIT } from '@support-sync/shared/runtime/errors'
import { columns, copyableLines, shownPath } from '@support-sync/shared/runtime/terminal'
import { inShell, PROGRAM, printable } from '@support-sync/shared/runtime/text'
import type { StageOutcome } from './run-stages.ts'
import { stageTable } from './stage-table.ts'

/** What `run-pipeline` prints when the stages have ended. */

/** What needs attention, the table of stages, and the commands that resume the run. */
export function endingLines(
  outcomes: readonly StageOutcome[],
  record: RunRecord,
  runDir: string,
  { width, isColored }: { width: number | undefined; isColored: boolean },
): string[] {
  const problems = outcomes.flatMap(outcome => problemLines(outcome, width))
  const stages = outcomes.map(({ record }) => record)
  return [
    ...(problems.length > 0 ? [...problems, ''] : []),
    stageTable(stages, isColored, width),
    ...repeatedFailureLines(record),
    ...resumeLines(outcomes, record, runDir).flatMap(line => copyableLines('', line, width)),
  ]
}

/** Errors whose hint names an earlier stage to run again. A run resumed from the failed stage would fail again. */
const NEEDS_EARLIER_STAGE: ReadonlySet<string> = new Set([
  'HANDOVER_MISSING',
  'ARTIFACT_MISSING',
  'ARTIFACT_EMPTY',
  'ARTIFACT_NOT_JSON',
  'ARTIFACT_RECORD_INVALID',
])

/**
 * What stopped a stage, what to do next, and where its log is, wrapped at the screen's width. Commands and paths are
 * never wrapped, so you can copy them.
 */
export function problemLines(
  { stage, failedLog, exitCode, record }: StageOutcome,
  width: number | undefined,
): string[] {
  if (exitCode === null || failedLog === null) return []
  const label = `${stage.stage}:`
  const blank = ' '.repeat(label.length)
  const toCopy = [record.error?.next ?? [], `Log: ${shownPath(failedLog)}`].flat().map(printable)
  const reasons = reasonsOf(record)
  return [
    ...columns(
      (reasons.length > 0 ? reasons : [`exit code ${exitCode}`]).map((reason, index) => [
        index === 0 ? label : blank,
        printable(reason),
      ]),
      { width },
    ),
    ...toCopy.flatMap(row => copyableLines(blank, row, width)),
  ]
}

/** What stopped a stage, or the warnings of the bins that continued with incomplete data. */
function reasonsOf({ error, state, summaries }: StageOutcome['record']): string[] {
  if (error) return [`${error.code}: ${error.message}`]
  if (state === 'lost') return [`LOST: ${LOST_TEXT}.`]
  return summaries
    .filter(({ exit_code }) => exit_code === EXIT.someRecordsFailed)
    .flatMap(({ warnings }) => warnings.map(({ code, message }) => `${code}: ${message}`))
}

/** The records that also failed in the previous run, and since when: a line per stage and group. */
export function repeatedFailureLines({ stages, failing, ended_at }: RunRecord): string[] {
  return stages
    .filter(({ results }) => results !== null)
    .flatMap(({ stage }) =>
      lastingTexts(failing[stage] ?? [], new Date(ended_at)).map(text => printable(`${stage}: ${text}`)),
    )
}

/**
 * The commands that resume the run, except if an error's hint has one. No command repeats the stages of another. A dry
 * run's stay dry.
 */
export function resumeLines(outcomes: readonly StageOutcome[], record: RunRecord, runDir: string): string[] {
  const stopped = outcomes.filter(({ exitCode }) => exitCode !== null && !continuesPipeline(exitCode))
  // A guard's hint names the command that allows the change and continues from there.
  const guarded = stopped.filter(({ exitCode }) => exitCode === EXIT.guard).map(({ stage }) => stage.stage)
  const resumable = stopped.filter(
    ({ exitCode, record: { error } }) =>
      exitCode !== EXIT.guard && !NEEDS_EARLIER_STAGE.has(error?.code ?? ''),
  )
  const named = [...resumable.map(({ stage }) => stage.stage), ...nextStages(record.stages)]
  const from = named.filter(name => {
    const stage = findStage(name)
    const others = [...guarded, ...named].filter(other => other !== name)
    return stage !== undefined && !others.some(other => isAtOrAfter(stage, other))
  })
  const resume = from.length > 1 ? 'Then resume each' : 'Then resume'
  const dryRun = record.dry_run ? ' --dry-run' : ''
  return from.map(
    stage =>
      `${resume}: ${PROGRAM} run-pipeline --from ${stage} --run-dir ${inShell(shownPath(runDir))}${dryRun}`,
  )
}
