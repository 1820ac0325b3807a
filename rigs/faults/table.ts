import Table from 'cli-table3'
import type { Outcome } from './cell.ts'
import type { Cell } from './cells.ts'

const PLAIN = {
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  style: { head: [], border: [], compact: true },
}

/** A cell's name, for people and for JSON. */
export function nameOf({ call, fault, place }: Cell): string {
  return `${call.stage} ${call.bin} · ${call.name} (${place}) · ${fault.name}`
}

/** The number of cells and their outcomes by call. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const table = new Table({
    ...PLAIN,
    head: ['stage', 'bin', 'call', 'cells', 'recovered', 'stopped', 'wrong'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
  })
  const byCall = Map.groupBy(outcomes, ({ cell }) => cell.call)
  for (const [{ stage, bin, name }, own] of byCall) table.push([stage, bin, name, ...counts(own)])
  table.push(['', '', 'all', ...counts(outcomes)])
  return table.toString()
}

function counts(outcomes: readonly Outcome[]): number[] {
  const of = (wanted: Outcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length
  return [outcomes.length, of('recovered'), of('stopped'), of('wrong')]
}

const RIGHT_ALONE = 'It was right when it ran once more, alone: the machine may have paused.'

/** The problems by cell. */
export function problemList(outcomes: readonly Outcome[]): string {
  return outcomes
    .filter(({ outcome }) => outcome === 'wrong')
    .map(({ cell, problems, isRightAlone }) => {
      const alone = isRightAlone ? [RIGHT_ALONE] : []
      return [nameOf(cell), ...[...problems, ...alone].map(line => `    ${line}`)].join('\n')
    })
    .join('\n')
}
