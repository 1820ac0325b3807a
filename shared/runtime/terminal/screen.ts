import { styleText } from 'node:util'

const FORMATS = ['bold', 'dim', 'green', 'yellow', 'red', 'cyan'] as const

/** Formats text with a colour or weight. Without colours, the text is unchanged. */
export type Style = Record<(typeof FORMATS)[number], (text: string) => string>

/** The output device. */
export type Screen = {
  style: Style
  /** The width of a terminal. Undefined elsewhere: lines are not wrapped there, so you can search them. */
  width: number | undefined
  isTerminal: boolean
}

type Stream = { isTTY?: boolean | undefined; columns?: number | undefined }

/** The screen of a stream: a terminal with its width, in colour unless NO_COLOR is set; otherwise plain lines. */
export function screenOf(stream: Stream, environment: Readonly<Record<string, string | undefined>>): Screen {
  const isTerminal = stream.isTTY === true
  const isColored = isTerminal && !environment.NO_COLOR
  return { style: styleIn(isColored), width: isTerminal ? stream.columns : undefined, isTerminal }
}

/** The width of a help text: that of the terminal, up to a readable maximum. */
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
