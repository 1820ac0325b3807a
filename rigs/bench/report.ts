import Table from 'cli-table3'

/** One measurement: a figure, and its limit if it has one. */
export type Row = {
  section: string
  what: string
  /** The measured size, in words. */
  size: string
  figure: string
  value: number
  /** The maximum value (or, with `atLeast`, the minimum). */
  limit?: number
  atLeast?: true
  detail: string
}

export function isWithin({ value, limit, atLeast }: Row): boolean {
  if (limit === undefined) return true
  return atLeast ? value >= limit : value <= limit
}

/** The rows as a table for people. */
export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['', 'what', 'size', 'measured', 'limit', '', 'how'],
    style: { head: [], border: [] },
  })
  for (const row of rows) {
    const bound = row.limit === undefined ? '' : `${row.atLeast ? '≥' : '≤'} ${row.limit}`
    const mark = row.limit === undefined ? '' : isWithin(row) ? 'ok' : 'MISSED'
    table.push([
      row.section,
      row.what,
      row.size,
      `${row.figure} ${shown(row.value)}`,
      bound,
      mark,
      row.detail,
    ])
  }
  return table.toString()
}

export function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0)
}
