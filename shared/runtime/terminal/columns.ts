import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** The minimum width of the last column next to the others. */
const MIN_LAST_WIDTH = 24
/** Its additional indent below them. */
const EXTRA_INDENT = 6
const GAP = 2

type Layout = {
  /** Spaces before each line. */
  indent?: number
  /** The screen's width. Without it, nothing is wrapped. */
  width?: number | undefined
}

/** Rows as aligned columns, one line per row. With a width, the last column wraps. */
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
    if (width === undefined) return [(start + last).trimEnd()]
    // Not enough space next to the others: the last column goes below.
    const isBelow = head.length > 0 && width - taken < Math.min(MIN_LAST_WIDTH, stringWidth(last))
    const from = isBelow ? indent + EXTRA_INDENT : taken
    const [first = '', ...rest] = broken(last, Math.max(1, width - from)).map(line => spaces(from) + line)
    const lines = isBelow ? [start, first, ...rest] : [start + first.slice(from), ...rest]
    return lines.map(line => line.trimEnd())
  })
}

/** Wraps at words. A word wider than a line is broken, except for a path or an address, which people copy. */
function broken(text: string, width: number): string[] {
  return wrapAnsi(text, width)
    .split('\n')
    .flatMap(line =>
      stringWidth(line) <= width || line.includes('/')
        ? [line]
        : wrapAnsi(line, width, { hard: true }).split('\n'),
    )
}

function spaces(count: number): string {
  return ' '.repeat(Math.max(0, count))
}
