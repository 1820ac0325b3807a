import { styleText } from 'node:util'
import { EXIT } from '@support-sync/shared/errors'
import Table from 'cli-table3'
import type { StageOutcome } from './run-stages.ts'

const STATES: Readonly<Record<number, string>> = {
  [EXIT.done]: 'done',
  [EXIT.bug]: 'a bug',
  [EXIT.badInput]: 'bad input',
  [EXIT.guard]: 'stopped by a guard',
  [EXIT.someRecordsFailed]: 'some records failed',
  [EXIT.upstream]: 'upstream unavailable',
}

/** The table that a run ends with: what each of the nine stages did. */
export function stageTable(outcomes: readonly StageOutcome[], isColored: boolean): string {
  const table = new Table({
    head: ['stage', 'records in', 'creates', 'updates', 'marks', 'failures', 'requests', 'time', 'state'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const outcome of outcomes) table.push(row(outcome, isColored))
  return table.toString()
}

function row(
  { stage, exitCode, milliseconds, summaries, results }: StageOutcome,
  isColored: boolean,
): string[] {
  if (exitCode === null) return [stage.stage, '', '', '', '', '', '', '', 'not run']
  const requests = sum(summaries.map(summary => summary.requests))
  const writes = results
    ? [results.create, results.update, results.mark, results.failed].map(String)
    : ['', '', '', '']
  return [
    stage.stage,
    String(recordsIn(summaries)),
    ...writes,
    String(requests),
    seconds(milliseconds),
    stateText(exitCode, isColored),
  ]
}

/** What a stage took in: of a gather the records that it read from upstream. */
function recordsIn(summaries: StageOutcome['summaries']): number {
  return sum(
    summaries.map(({ records_in, records_out }) =>
      sum(Object.values(Object.keys(records_in).length > 0 ? records_in : records_out)),
    ),
  )
}

/** An exit code in words. */
export function stateText(exitCode: number, isColored: boolean): string {
  const text = STATES[exitCode] ?? `exit ${exitCode}`
  if (!isColored) return text
  return styleText(
    exitCode === EXIT.done ? 'green' : exitCode === EXIT.someRecordsFailed ? 'yellow' : 'red',
    text,
  )
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
