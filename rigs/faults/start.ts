import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { STAGES } from '@support-sync/shared/pipeline'
import { startBin } from '@support-sync/shared/runtime/bin'
import { everyWrite } from '../every-write.ts'
import { HANGS_AFTER_MS, LIMITS, TODAY } from './bin-inputs.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** The bin's exit code; null if it did not end. */
export type Ended = { exitCode: number | null; log: string[] }

export type Start = (
  bin: { stage: string; bin: string },
  dataDir: string,
  environment: Record<string, string>,
) => Promise<Ended>

/** Small enough for several ranges of accounts, each with several pages. */
const RANGE_SIZE = 6

/** The log is at its most verbose level: it must not contain secrets there either. */
function argsOf(stage: string, dataDir: string): string[] {
  const ranges = stage === 'accounts' ? ['--range-size', String(RANGE_SIZE)] : []
  return ['--data-dir', dataDir, '--today', TODAY, '--log-level', 'debug', ...ranges]
}

/**
 * Where the syncs of a data directory note their writes to a Zendesk. Each directory has its own: a later sandbox can
 * get the same port, and the notes would count as writes to it.
 */
export function stateHomeOf(dataDir: string): string {
  return `${dataDir}.state`
}

/** In this small world, a few marks count as a mass change. */
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
    // Many bins run in this process, and none should handle its signals.
    stop: { cancelled: never, aborted: never },
    limits: LIMITS,
  })
  return { exitCode: await orHangs(exitCode), log }
}

/** Starts a bin as a child process with the same limits. */
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
