/** The examples of a page: commands, and their output on the page. */

/** A command, and the lines below it. */
export type Example = {
  page: string
  /** The line of its command. */
  line: number
  command: string
  shown: readonly string[]
}

/** Matches any number of lines; within a line, any text. */
const GAP = '…'
/** Shown after the last line of the page or of the program's output. */
const END = '(nothing more)'
const BLANK = '(a blank line)'
const PROMPT = '$ '
const FENCED = /^( *)```([^\n]*)\n(.*?)^\1```$/gms

/**
 * Every example of a page: each command with its output, in blocks without a language or with a prompt. If such a block
 * begins without a prompt, its first line counts as a command, and the test then refuses it.
 */
export function examplesOf(page: string, text: string): Example[] {
  return [...text.matchAll(FENCED)].flatMap(({ index, 1: indent = '', 2: language, 3: block = '' }) => {
    const lines = block.split('\n').map(line => line.slice(indent.length).trimEnd())
    if (language !== '' && !lines.some(isCommand)) return []
    const starts = lines.flatMap((line, at) => (at === 0 || isCommand(line) ? [at] : []))
    const before = text.slice(0, index).split('\n').length
    return starts.map((start, nth) => ({
      page,
      line: before + 1 + start,
      command: (lines[start] ?? '').replace(PROMPT, ''),
      shown: withoutBlankEnd(lines.slice(start + 1, starts[nth + 1])),
    }))
  })
}

function isCommand(line: string): boolean {
  return line.startsWith(PROMPT)
}

/** How an example differs from its command's output, for the person who corrects the page; undefined if it does not. */
export function differenceOf({ page, line, command, shown }: Example, printed: string): string | undefined {
  if (shown.length > 0 && shown.every(isGap)) return `${page}:${line}: nothing is shown that could be wrong`
  const output = withoutBlankEnd(printed.split('\n').map(text => text.trimEnd()))
  const found = firstDifference([...shown, END], [...output, END])
  if (found === undefined) return undefined
  return [
    `${page}:${line + 1 + found.at}: the page shows what the program does not print`,
    `  page     ${found.shown || BLANK}`,
    `  program  ${found.printed || BLANK}`,
    '',
    `All that \`${command}\` prints:`,
    ...output,
  ].join('\n')
}

type Difference = { at: number; shown: string; printed: string }

/** Matches the parts between gaps in order, each as early as possible. Otherwise returns where the first misfit fits best. */
function firstDifference(shown: readonly string[], printed: readonly string[]): Difference | undefined {
  let from = 0
  let at = 0
  while (at < shown.length) {
    const gap = shown.findIndex((line, index) => index >= at && isGap(line))
    const part = shown.slice(at, gap < 0 ? undefined : gap)
    const starts = at === 0 ? [0] : printed.map((_, index) => index).slice(from)
    const tried = starts.map(start => ({ start, misfits: misfitsOf(part, printed, start) }))
    const best = tried.reduce((one, other) => (other.misfits.length < one.misfits.length ? other : one))
    const [misfit] = best.misfits
    if (misfit !== undefined) {
      return {
        at: at + misfit,
        shown: part[misfit] ?? END,
        printed: printed[best.start + misfit] ?? END,
      }
    }
    from = best.start + part.length
    at += part.length + 1
  }
  return undefined
}

/** The lines of a part that do not match at this position. */
function misfitsOf(part: readonly string[], printed: readonly string[], start: number): number[] {
  return part.flatMap((line, index) => (fits(line, printed[start + index] ?? END) ? [] : [index]))
}

function fits(shown: string, printed: string): boolean {
  if (shown === END || printed === END) return shown === printed
  const pattern = shown.split(GAP).map(text => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${pattern.join('.*')}$`).test(printed)
}

function isGap(line: string): boolean {
  return line.trim() === GAP
}

function withoutBlankEnd(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex(line => line !== '') + 1)
}
