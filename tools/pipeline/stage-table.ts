import { styleText } from 'node:util'
import { EXIT, exitText } from '@support-sync/shared/errors'
import type { StageRecord } from '@support-sync/shared/record'
import Table from 'cli-table3'

/** The table that a run ends with: what each of its stages did. On a terminal it is no wider than that. */
export function stageTable(stages: readonly StageRecord[], isColored: boolean, width?: number): string {
  const table = new Table({
    head: ['stage', 'records in', 'creates', 'updates', 'marks', 'failures', 'requests', 'time', 'state'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const stage of stages) table.push(row(stage, isColored))
  const framed = table.toString()
  if (width === undefined || framed.indexOf('\n') <= width) return framed
  return unframed(stages, isColored)
}

/** Without lines and without what was read, for a terminal that is too narrow for them. */
function unframed(stages: readonly StageRecord[], isColored: boolean): string {
  const head = ['stage', 'creates', 'updates', 'marks', 'failed', 'requests', 'time', 'state']
  const rows = [head, ...stages.map(stage => row(stage, isColored).toSpliced(1, 1))]
  const widths = head.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)))
  // The last column is not padded, and may have colours.
  const aligned = (cell: string, column: number) => {
    if (column === head.length - 1) return cell
    return column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  }
  return rows.map(cells => cells.map(aligned).join(' ')).join('\n')
}

const SILENT = { 'not-asked': 'not asked for', 'not-run': 'not run', lost: 'never told its end' } as const

function row(record: StageRecord, isColored: boolean): string[] {
  const { stage, state, exit_code, started_at, ended_at, summaries, results } = record
  const written = (action: string) => results && String(results[`${action}_written`] ?? 0)
  const isSilent = state === 'not-asked' || state === 'not-run'
  const time = isSilent || !started_at || !ended_at ? '' : Date.parse(ended_at) - Date.parse(started_at)
  return [
    stage,
    isSilent ? '' : String(recordsIn(summaries)),
    written('create') ?? '',
    written('update') ?? '',
    written('mark') ?? '',
    results ? String(record.failures.length) : '',
    isSilent ? '' : String(sum(summaries.map(({ requests }) => requests))),
    time === '' ? '' : seconds(time),
    state === 'lost' || isSilent ? SILENT[state] : stateText(exit_code ?? EXIT.bug, isColored),
  ]
}

/** What a stage took in: of a gather the records that it read from upstream. */
function recordsIn(summaries: StageRecord['summaries']): number {
  return sum(
    summaries.map(({ records_in, records_out }) =>
      sum(Object.values(Object.keys(records_in).length > 0 ? records_in : records_out)),
    ),
  )
}

/** An exit code in words, and in the colour of how grave it is. */
export function stateText(exitCode: number, isColored: boolean): string {
  const text = exitText(exitCode)
  if (!isColored) return text
  return styleText(
    exitCode === EXIT.done ? 'green' : exitCode === EXIT.someRecordsFailed ? 'yellow' : 'red',
    text,
  )
}

/** A duration as tables tell it. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
