import { lastingTexts } from '@support-sync/shared/domain'
import { LOST_TEXT, nextStages, type RunRecord } from '@support-sync/shared/runs/record'
import { continuesPipeline, EXIT } from '@support-sync/shared/runtime/errors'
import { columns, copyableLines, shownPath } from '@support-sync/shared/runtime/terminal'
import { PROGRAM, printable } from '@support-sync/shared/runtime/text'
import type { StageOutcome } from './run-stages.ts'

/** The lines that `run-pipeline` prints around its table. */

/** Errors that need an earlier stage to run again. Their hint names it. To resume from this stage would fail again. */
const MENDED_EARLIER: ReadonlySet<string> = new Set([
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
  const { error } = record
  const label = `${stage.stage}:`
  const [what, next] = error
    ? [`${error.code}: ${error.message}`, error.next]
    : [record.state === 'lost' ? `LOST: ${LOST_TEXT}.` : undefined, undefined]
  const toCopy = [next, `Log: ${failedLog}`].flatMap(row => (row === undefined ? [] : [printable(row)]))
  const blank = ' '.repeat(label.length)
  if (what === undefined)
    return toCopy.flatMap((row, index) => copyableLines(index === 0 ? label : blank, row, width))
  return [
    ...columns([[label, printable(what)]], { width }),
    ...toCopy.flatMap(row => copyableLines(blank, row, width)),
  ]
}

/** The stages that also failed in the previous run, and since when: a line per group. */
export function repeatedFailureLines({ stages, failing, ended_at }: RunRecord): string[] {
  return stages
    .filter(({ results }) => results !== null)
    .flatMap(({ stage }) =>
      lastingTexts(failing[stage] ?? [], new Date(ended_at)).map(text => printable(`${stage}: ${text}`)),
    )
}

/** The commands that resume the run, unless an error's hint already says how. */
export function resumeLines(outcomes: readonly StageOutcome[], record: RunRecord, runDir: string): string[] {
  const stopped = outcomes.filter(
    ({ exitCode, record: { error } }) =>
      exitCode !== null &&
      !continuesPipeline(exitCode) &&
      // A guard's hint names the option that allows the change.
      exitCode !== EXIT.guard &&
      !MENDED_EARLIER.has(error?.code ?? ''),
  )
  const from = [...stopped.map(({ stage }) => stage.stage), ...nextStages(record.stages)]
  const resume = from.length > 1 ? 'Then resume each' : 'Then resume'
  return from.map(
    stage => `${resume}: ${PROGRAM} run-pipeline --from ${stage} --run-dir ${shownPath(runDir)}`,
  )
}
