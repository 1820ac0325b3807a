import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'
import { EXIT, exitCodeOf, expectedFrom, reasonOf } from '../errors/index.ts'
import type { Ending } from '../records/index.ts'
import type { Environment } from '../settings/index.ts'
import { printable } from '../text/index.ts'

export type StageLogger = PinoLogger

/** Longer texts, such as a stack, are cut. */
const MAX_CHARACTERS = 4_000

/**
 * Logs to standard error: JSON lines for machines, readable lines on a terminal. Standard output is for a bin's output,
 * such as a plan. Record data appears only at debug level, and nothing unprintable at any level. With `write`, the lines
 * go there instead.
 */
export async function openLog(
  bindings: { stage: string; bin: string },
  level: string,
  environment: Environment,
  write?: (line: string) => void,
): Promise<StageLogger> {
  const options = {
    level,
    base: bindings,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: levelName },
  }
  if (write) return pino(options, printableLines({ write }))
  const { fd } = process.stderr
  if (!process.stderr.isTTY) return pino(options, printableLines(pino.destination({ dest: fd, sync: true })))
  const { default: pretty } = await import('pino-pretty')
  const stream = pretty({
    destination: fd,
    sync: true,
    colorize: !environment.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'stage,bin,next',
    singleLine: true,
    messageFormat: forPeople,
  })
  return pino(options, printableTexts(stream))
}

/** Makes each JSON line printable. It stays JSON with the same value. */
function printableLines(stream: DestinationStream): DestinationStream {
  return { write: line => stream.write(`${printable(line.trimEnd())}\n`) }
}

/** Makes the texts printable, because pino-pretty shows them unchanged. */
function printableTexts(stream: DestinationStream): DestinationStream {
  return { write: line => stream.write(`${JSON.stringify(printableValue(JSON.parse(line)))}\n`) }
}

function printableValue(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    const text = value.slice(0, MAX_CHARACTERS)
    // A stack has several lines.
    return key === 'stack' ? text.split('\n').map(printable).join('\n') : printable(text)
  }
  if (Array.isArray(value)) return value.map(item => printableValue(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [printable(name), printableValue(item, name)]),
  )
}

function levelName(label: string) {
  return { level: label }
}

/** A line for people. The hint has its own line. */
function forPeople(log: Record<string, unknown>): string {
  const next = typeof log.next === 'string' ? `\n           → ${log.next}` : ''
  return `${log.stage} ${log.bin}: ${log.msg}${next}`
}

/** The ending of a bin that threw. Logs the error and the hint; a bug with its stack. */
export function endingOf(thrown: unknown, logger: StageLogger): Ending {
  const error = expectedFrom(thrown)
  if (error) {
    const exit_code = exitCodeOf(error)
    logger.error({ code: error.code, next: error.next, exit_code }, error.message)
    return { exit_code, error: reasonOf(error) }
  }
  const bug = { code: 'BUG', message: 'this is a bug', next: 'Please report this with the log.' }
  logger.error({ code: bug.code, next: bug.next, exit_code: EXIT.bug, err: thrown }, bug.message)
  return { exit_code: EXIT.bug, error: bug }
}

/** Runs an action after a failure. If the action also fails, that is only logged: the first failure decides the ending. */
export function afterFailure(logger: StageLogger, act: () => void): void {
  try {
    act()
  } catch (error) {
    logger.error({ err: error }, 'failed after the error that ended the run')
  }
}
