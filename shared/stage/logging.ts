import { type Logger as PinoLogger, pino } from 'pino'

export type StageLogger = PinoLogger

/**
 * Logs to standard error: JSON lines for machines, readable lines on a terminal. Standard output is for what a
 * bin was asked to show. Records' data is logged at debug only. With `write` the lines go there.
 */
export async function openLog(
  bindings: { stage: string; bin: string },
  level: string,
  write?: (line: string) => void,
): Promise<StageLogger> {
  const options = {
    level,
    base: bindings,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: levelName },
  }
  if (write) return pino(options, { write })
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: process.stderr.fd, sync: true }))
  const { default: pretty } = await import('pino-pretty')
  return pino(
    options,
    pretty({
      destination: process.stderr.fd,
      sync: true,
      colorize: !process.env.NO_COLOR,
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'stage,bin,next',
      singleLine: true,
      messageFormat: forPeople,
    }),
  )
}

function levelName(label: string) {
  return { level: label }
}

/** A line for a person; what to do next gets a line of its own. */
function forPeople(log: Record<string, unknown>): string {
  const next = typeof log.next === 'string' ? `\n           → ${log.next}` : ''
  return `${log.stage} ${log.bin}: ${log.msg}${next}`
}
