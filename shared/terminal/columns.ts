import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** The last column is never made narrower than this: on so small a screen lines may run over. */
const NARROWEST = 24
const GAP = 2

type Layout = {
  /** Spaces before each line. */
  indent?: number
  /** The screen's width; without one nothing is broken. */
  width?: number | undefined
}

/** Rows as aligned columns, a line a row. On a screen the last column is broken into lines of its own. */
export function columns(rows: readonly (readonly string[])[], { indent = 0, width }: Layout = {}): string[] {
  const count = Math.max(0, ...rows.map(row => row.length))
  const widths = Array.from({ length: Math.max(0, count - 1) }, (_, column) =>
    Math.max(0, ...rows.map(row => (column < row.length - 1 ? stringWidth(row[column] ?? '') : 0))),
  )
  return rows.flatMap(row => {
    const last = row.at(-1) ?? ''
    const head = row
      .slice(0, -1)
      .map((cell, column) => cell + spaces((widths[column] ?? 0) - stringWidth(cell)))
    const start = spaces(indent) + head.map(cell => cell + spaces(GAP)).join('')
    const taken = stringWidth(start)
    const lines = width === undefined ? [last] : broken(last, Math.max(NARROWEST, width - taken))
    return lines.map((line, index) => `${index === 0 ? start : spaces(taken)}${line}`.trimEnd())
  })
}

function broken(text: string, width: number): string[] {
  return wrapAnsi(text, width, { hard: true }).split('\n')
}

function spaces(count: number): string {
  return ' '.repeat(Math.max(0, count))
}
