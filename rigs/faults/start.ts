import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { STAGES } from '@support-sync/shared/pipeline'
import { startBin } from '@support-sync/shared/runtime/bin'
import { everyWrite } from '../../cli/command/every-write.ts'
import { HANGS_AFTER_MS, LIMITS, TODAY } from './bin-inputs.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** How a bin ended: null when it did not. */
export type Ended = { exitCode: number | null; log: string[] }

export type Start = (
  bin: { stage: string; bin: string },
  dataDir: string,
  environment: Record<string, string>,
) => Promise<Ended>

/** So small that the accounts are read in several ranges, each of several pages. */
const RANGE_SIZE = 6

/** With the log at its most talkative: what must not be told must not be told there either. */
function argsOf(stage: string, dataDir: string): string[] {
  const ranges = stage === 'accounts' ? ['--range-size', String(RANGE_SIZE)] : []
  return ['--data-dir', dataDir, '--today', TODAY, '--log-level', 'debug', ...ranges]
}

/** What the runs over a data directory note for the plans of others: ports are used again. */
export function stateHomeOf(dataDir: string): string {
  return `${dataDir}.state`
}

/** The world is so small that a few marks are a mass change. */
function environmentOf(dataDir: string, environment: Record<string, string>): Record<string, string> {
  const syncs = STAGES.filter(({ bins }) => bins.some(({ syncs }) => syncs))
  return {
    ...environment,
    XDG_STATE_HOME: stateHomeOf(dataDir),
    ALLOW_MASS_CHANGE: syncs.map(({ stage }) => everyWrite(stage)).join(','),
  }
}

/** Starts a bin within this process. */
export async function startHere(
  { stage, bin }: { stage: string; bin: string },
  dataDir: string,
  environment: Record<string, string>,
): Promise<Ended> {
  const log: string[] = []
  const never = new AbortController().signal
  const exitCode = startBin(join(ROOT, 'packages', stage, 'bin', `${bin}.ts`), {
    args: argsOf(stage, dataDir),
    environment: environmentOf(dataDir, environment),
    log: line => log.push(line),
    // Many bins run in this process, and none is to listen to its signals.
    stop: { cancelled: never, aborted: never },
    limits: LIMITS,
  })
  return { exitCode: await orHangs(exitCode), log }
}

/** Starts a bin as a process of its own, with the same limits. */
export async function startChild(
  { stage, bin }: { stage: string; bin: string },
  dataDir: string,
  environment: Record<string, string>,
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'child.ts'), stage, bin, ...argsOf(stage, dataDir)],
    { env: environmentOf(dataDir, environment), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const output = text(child.stderr)
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    // Killed by a signal counts as a bug.
    child.once('close', code => resolve(code ?? 1))
  })
  const exitCode = await orHangs(exit)
  if (exitCode === null) child.kill('SIGKILL')
  return { exitCode, log: (await output).split('\n').filter(line => line !== '') }
}

async function orHangs(exitCode: Promise<number>): Promise<number | null> {
  const stop = new AbortController()
  try {
    return await Promise.race([exitCode, wait(HANGS_AFTER_MS, null, { signal: stop.signal })])
  } finally {
    stop.abort()
  }
}
