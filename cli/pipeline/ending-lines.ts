import { lastingTexts } from '@support-sync/shared/domain'
import { LOST_TEXT, nextStages, type RunRecord } from '@support-sync/shared/runs/record'
import { continuesPipeline, EXIT } from '@support-sync/shared/runtime/errors'
import { columns, copyableLines } from '@support-sync/shared/runtime/terminal'
import { PROGRAM, printable } from '@support-sync/shared/runtime/text'
import { type StageOutcome, shownPath } from './run-stages.ts'

/** What `run-pipeline` says around its table. */

/** An earlier stage has to write an artifact anew. The error's own advice names it; going on from here fails again. */
const MENDED_EARLIER: ReadonlySet<string> = new Set([
  'HANDOVER_MISSING',
  'ARTIFACT_MISSING',
  'ARTIFACT_EMPTY',
  'ARTIFACT_NOT_JSON',
  'ARTIFACT_RECORD_INVALID',
])

/**
 * What stopped a stage, what to do next, and where its log is, broken at the screen's width. Commands and paths stay
 * whole, so that they can be copied.
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
  const toCopy = [next, `its log says more: ${failedLog}`].flatMap(row =>
    row === undefined ? [] : [printable(row)],
  )
  const blank = ' '.repeat(label.length)
  if (what === undefined)
    return toCopy.flatMap((row, index) => copyableLines(index === 0 ? label : blank, row, width))
  return [
    ...columns([[label, printable(what)]], { width }),
    ...toCopy.flatMap(row => copyableLines(blank, row, width)),
  ]
}

/** What failed in the run before, too: since when, a line a group. */
export function lastingLines({ stages, failing, ended_at }: RunRecord): string[] {
  return stages
    .filter(({ results }) => results !== null)
    .flatMap(({ stage }) =>
      lastingTexts(failing[stage] ?? [], new Date(ended_at)).map(text => printable(`${stage}: ${text}`)),
    )
}

/** The commands that go on with the run, where no error's own advice already says how. */
export function goOnLines(outcomes: readonly StageOutcome[], record: RunRecord, runDir: string): string[] {
  const stopped = outcomes.filter(
    ({ exitCode, record: { error } }) =>
      exitCode !== null &&
      !continuesPipeline(exitCode) &&
      // A guard's advice names the way through it.
      exitCode !== EXIT.guard &&
      !MENDED_EARLIER.has(error?.code ?? ''),
  )
  const from = [...stopped.map(({ stage }) => stage.stage), ...nextStages(record.stages)]
  const goOn = from.length > 1 ? 'Then go on, with each' : 'Then go on'
  return from.map(stage => `${goOn}: ${PROGRAM} run-pipeline --from ${stage} --run-dir ${shownPath(runDir)}`)
}
