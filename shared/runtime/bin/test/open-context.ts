import { pino } from 'pino'
import { type Bin, STAGES } from '../../../pipeline/index.ts'
import type { LastRun } from '../../records/index.ts'
import { openContext } from '../context.ts'
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
  /** The bin. Default: one that may read and write everything. */
  row?: Bin
}

const ROWS = STAGES.flatMap(({ bins }) => bins)
const ANY: Bin = {
  stage: 'accounts',
  bin: 'test',
  reads: ROWS.flatMap(({ reads, writes }) => [...reads, ...writes]),
  writes: ROWS.flatMap(({ writes }) => writes),
  syncs: true,
}

/** Opens a bin's context on a data directory, with a silent log. */
export function openTestContext(
  { path }: DataDirectory,
  {
    options = {},
    environment = {},
    clock = () => new Date('2026-11-23T10:00:00Z'),
    sleep,
    signal = new AbortController().signal,
    lastRun,
    row = ANY,
  }: ContextGiven = {},
) {
  return openContext({
    row,
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
