import { styleText } from 'node:util'

const UP = '\u001b[1A'
const CLEAR_LINE = '\r\u001b[K'
const CLEAR_BELOW = '\u001b[J'

export type LiveStream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>

/** Lines at the bottom of a terminal that are redrawn in place. Without a terminal, and in CI, draws nothing. */
export function liveBlock(stream: LiveStream) {
  const isLive = stream.isTTY && !process.env.CI
  let drawn = 0
  return {
    isLive,
    /** Draws these lines in place of the last ones. */
    draw(lines: readonly string[]): void {
      if (!isLive) return
      // Cuts the lines, because a wrapped line could not be redrawn in place.
      const width = Math.max(20, (stream.columns ?? 80) - 1)
      const block = lines.map(line => `${CLEAR_LINE}${styleText('dim', cut(line, width))}\n`).join('')
      stream.write(`${UP.repeat(drawn)}${block}${CLEAR_BELOW}`)
      drawn = lines.length
    },
    clear(): void {
      if (!isLive || drawn === 0) return
      stream.write(`${UP.repeat(drawn)}${CLEAR_LINE}${CLEAR_BELOW}`)
      drawn = 0
    },
  }
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`
}
