import { styleText } from 'node:util'

const FORMATS = ['bold', 'dim', 'green', 'yellow', 'red', 'cyan'] as const

/** Puts text into a colour or weight; on a screen without colours it stays as it is. */
export type Style = Record<(typeof FORMATS)[number], (text: string) => string>

/** What something is printed on. */
export type Screen = {
  style: Style
  /** Columns of a terminal; undefined elsewhere: lines are not broken there, so that they can be searched. */
  width: number | undefined
  isTerminal: boolean
}

type Stream = { isTTY?: boolean | undefined; columns?: number | undefined }

/** The screen that a stream is: a terminal with its width, in colour unless NO_COLOR is set; else plain lines. */
export function screenOf(stream: Stream, environment: Readonly<Record<string, string | undefined>>): Screen {
  const isTerminal = stream.isTTY === true
  const isColored = isTerminal && !environment.NO_COLOR
  return { style: styleIn(isColored), width: isTerminal ? stream.columns : undefined, isTerminal }
}

/** How wide a text of options is: as the terminal, and no wider than is good to read. */
export function helpWidth({ columns }: Stream): number {
  return Math.min(100, columns ?? 100)
}

function styleIn(isColored: boolean): Style {
  const paint = (format: keyof Style) => (text: string) =>
    isColored && text !== '' ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    green: paint('green'),
    yellow: paint('yellow'),
    red: paint('red'),
    cyan: paint('cyan'),
  }
}
