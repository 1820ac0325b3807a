import { stripVTControlCharacters, styleText } from 'node:util'
import { type StageRecord, stateText } from '@support-sync/shared/runs/record'
import { columns } from '@support-sync/shared/runtime/terminal'
import { durationText } from '@support-sync/shared/runtime/text'
import Table from 'cli-table3'

/** The positions of columns that some layouts treat specially. */
const STAGE = 0
const RECORDS_IN = 1
const TIME = 7
const STATE = 8

/**
 * The table at the end of a run: what each stage did, or would do after a dry run. It fits the terminal: a narrow one
 * shows it without a frame, then without the least useful columns, and finally as a list.
 */
export function stageTable(stages: readonly StageRecord[], isColored: boolean, width?: number): string {
  const head = headOf(stages)
  const rows = stages.map(stage => row(stage, isColored))
  const table = framed(head, rows)
  if (width === undefined || widthOf(table) <= width) return table
  const isInformative = (_: string, column: number) =>
    column !== RECORDS_IN && rows.some(cells => cells[column] !== '')
  const narrower = [
    unframed([head, ...rows]),
    unframed([head, ...rows].map(cells => cells.filter(isInformative))),
  ]
  return narrower.find(text => widthOf(text) <= width) ?? listed(head, rows, width)
}

function framed(head: string[], rows: readonly string[][]): string {
  const table = new Table({
    head,
    colAligns: head.map((_, column) => (column === STAGE || column === STATE ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows)
  return table.toString()
}

function unframed(rows: readonly string[][]): string {
  const last = (rows[0]?.length ?? 0) - 1
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...rows.map(cells => cells[column]?.length ?? 0)),
  )
  // The last column is not padded and may have colours.
  const aligned = (cell: string, column: number) => {
    if (column === last) return cell
    return column === STAGE ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  }
  return rows.map(cells => cells.map(aligned).join(' ')).join('\n')
}

/** Each stage with its state, and its other values below. */
function listed(head: readonly string[], rows: readonly string[][], width: number): string {
  return rows
    .flatMap(cells => {
      const values = cells.flatMap((cell, column) => {
        if (cell === '' || column === STAGE || column === STATE) return []
        return column === TIME ? cell : `${head[column]} ${cell}`
      })
      const state = columns([[cells[STAGE] ?? '', cells[STATE] ?? '']], { width })
      return [
        ...state,
        ...columns(
          lines(values, width - 2).map(line => [line]),
          { indent: 2, width },
        ),
      ]
    })
    .join('\n')
}

/** Fills lines with texts, without breaking a text. */
function lines(texts: readonly string[], width: number): string[] {
  const filled: string[] = []
  for (const text of texts) {
    const longer = filled.length > 0 ? `${filled.at(-1)}  ${text}` : text
    if (filled.length > 0 && longer.length <= width) filled[filled.length - 1] = longer
    else filled.push(text)
  }
  return filled
}

function widthOf(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map(line => line.length),
  )
}

function headOf(stages: readonly StageRecord[]): string[] {
  const isDryRun = stages.some(({ summaries }) => summaries.some(({ dry_run }) => dry_run))
  const writes = isDryRun ? ['to create', 'to update', 'to mark'] : ['creates', 'updates', 'marks']
  return ['stage', 'records in', ...writes, 'failed', 'requests', 'time', 'state']
}

function row(record: StageRecord, isColored: boolean): string[] {
  const { stage, state, started_at, ended_at, summaries, results } = record
  const isSilent = state === 'not-asked' || state === 'not-run'
  const time = isSilent || !started_at || !ended_at ? '' : Date.parse(ended_at) - Date.parse(started_at)
  return [
    stage,
    isSilent ? '' : String(recordsIn(summaries)),
    ...(results ? writesOf(results) : plannedWrites(summaries)),
    results ? String(record.failures.length) : '',
    isSilent ? '' : String(sum(summaries.map(({ requests }) => requests))),
    time === '' ? '' : durationText(time),
    isColored ? coloredState(record) : stateText(record),
  ]
}

function writesOf(results: NonNullable<StageRecord['results']>): string[] {
  return ['create', 'update', 'mark'].map(action => String(results[`${action}_written`] ?? 0))
}

/** What a dry run would have written. */
function plannedWrites(summaries: StageRecord['summaries']): string[] {
  const planned = summaries.find(({ dry_run }) => dry_run)?.planned
  return planned ? [planned.create, planned.update, planned.mark].map(String) : ['', '', '']
}

/** How many records a stage read. For a gather: from the service. */
function recordsIn(summaries: StageRecord['summaries']): number {
  return sum(
    summaries.map(({ records_in, records_out }) =>
      sum(Object.values(Object.keys(records_in).length > 0 ? records_in : records_out)),
    ),
  )
}

/** A stage's state, coloured by urgency. */
function coloredState(record: StageRecord): string {
  const text = stateText(record)
  switch (record.state) {
    case 'done':
      return styleText('green', text)
    case 'records-failed':
      return styleText('yellow', text)
    case 'stopped':
    case 'lost':
      return styleText('red', text)
    default:
      return text
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
