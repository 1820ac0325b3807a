import type { Report } from '../model/schema.ts'
import { type Html, html } from './html.ts'
import { count } from './words.ts'

type Row = Report['reconciliation']['rows'][number]

const COLUMNS = ['planned', 'written', 'recognised', 'skipped', 'failed', 'open'] as const

/** Planned records by outcome, and why the counts differ from the run's table. */
export function reconciliationBlock({ reconciliation, record }: Report): Html | null {
  const { rows } = reconciliation
  if (rows.length === 0) return null
  const shown = COLUMNS.filter(column => column === 'planned' || rows.some(row => row[column] > 0))
  return html`<h3 class="below">Planned and written</h3>
<div class="wide" tabindex="0" role="group" aria-label="Planned and written"><table class="counts">
<thead><tr><th scope="col">sync</th><th scope="col">action</th>${shown.map(column => html`<th scope="col" class="number">${column === 'open' ? 'no result' : column}</th>`)}</tr></thead>
<tbody>${rows.map(
    row =>
      html`<tr><th scope="row">${row.stage}</th><td>${row.action}</td>${shown.map(column => html`<td class="number">${count(row[column])}</td>`)}</tr>`,
  )}</tbody></table></div>
<ul class="notes">${reasonsOf(reconciliation, record.dry_run).map(reason => html`<li>${reason}</li>`)}</ul>`
}

function reasonsOf({ rows, failures, differs }: Report['reconciliation'], isDryRun: boolean): string[] {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
  const [beside, inPart, failed, open] = [
    sum(row => row.beside),
    sum(row => row.in_part),
    sum(row => row.failed),
    sum(row => row.open),
  ]
  const reasons = [
    ...(isDryRun ? ['A dry run writes nothing, so no record has a result.'] : []),
    ...(!isDryRun && open > 0
      ? [
          `${records(open)} ${have(open)} no result: the sync stopped before it wrote ${open === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...(beside > 0
      ? [
          `${records(beside)} ${are(beside)} not in the plan but ${have(beside)} a result: the owner of a secondary email address, or a write of an interrupted run.`,
        ]
      : []),
    ...(inPart > 0
      ? [
          `${records(inPart)} ${are(inPart)} partly written. Here, that counts as failed; the table that the run printed also counts the written part.`,
        ]
      : []),
    ...(failures !== failed && failed > 0
      ? [
          `The table that the run printed counts ${count(failures)} failures: a record that fails for several attributes counts several times there.`,
        ]
      : []),
    ...(differs
      ? [
          'The table that the run printed has different counts: the run wrote from other artifacts than these.',
        ]
      : []),
  ]
  return reasons.length > 0 ? reasons : ['These counts match the plan and the table that the run printed.']
}

function records(number: number): string {
  return number === 1 ? 'One record' : `${count(number)} records`
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are'
}

function have(number: number): string {
  return number === 1 ? 'has' : 'have'
}
