import { pino } from 'pino'
import { findStage, STAGES } from '../../../pipeline/index.ts'
import { openContext } from '../context.ts'
import type { LastRun } from '../last-run.ts'
import { parseOptions } from '../options.ts'
import type { DataDirectory } from './data-directory.ts'

export type ContextGiven = {
  /** By their names on the command line. */
  options?: Record<string, unknown>
  environment?: Record<string, string>
  clock?: () => Date
  sleep?: (milliseconds: number) => Promise<void>
  signal?: AbortSignal
  lastRun?: LastRun
  /** The stage that it is of; the first where it does not matter. */
  stage?: string
}

/** Opens a bin's context over a data directory, as a bin does, with a log that nobody reads. */
export function openTestContext(
  { path }: DataDirectory,
  {
    options = {},
    environment = {},
    clock = () => new Date('2026-11-23T10:00:00Z'),
    sleep,
    signal = new AbortController().signal,
    lastRun,
    stage: name = STAGES[0]?.stage ?? '',
  }: ContextGiven = {},
) {
  const stage = findStage(name)
  if (!stage) throw new Error(`there is no stage ${name}`)
  return openContext({
    stage,
    options: parseOptions(options, new Date('2026-11-23')),
    dataDir: path,
    packageDir: path,
    logger: pino({ level: 'silent' }),
    environment,
    clock,
    ...(sleep ? { sleep } : {}),
    stop: { cancelled: signal, aborted: signal },
    settings: {},
    lastRun,
  })
}
