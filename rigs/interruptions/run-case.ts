import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Effect, type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { everyWrite } from '../every-write.ts'
import type { Case } from './cases.ts'

/**
 * The place of a kill: `after` milliseconds after one of four moments of a request to the instance: it arrives (and is
 * then not carried out), it is under way, it is carried out but not answered, or it is answered.
 */
export type Kill = {
  request: number
  moment: 'arrived' | 'under way' | 'carried out' | 'answered'
  after: number
}

export const MOMENTS = ['arrived', 'under way', 'carried out', 'answered'] as const

/**
 * A case's sandbox and data directory, the number of requests when a run last ended, and that number at each kill
 * since then.
 */
export type Scene = { sandbox: Sandbox; dataDir: string; endedAt: number; killedAt: number[] }

const ROOT = join(import.meta.dirname, '..', '..')
/** The time between a create's check and its effect. As in Zendesk, two creates with one name can both succeed. */
const CREATE_MS = 60
/** Long enough for more than one poll per job. */
const JOBS = { queuedMs: 100, itemMs: 2 }
const LATENCY_MS = 5

/** Sets up a case, calls `act`, and cleans up. */
export async function withScene<Value>(
  { world, artifacts }: Case,
  act: (scene: Scene) => Promise<Value>,
  { createMs = CREATE_MS } = {},
): Promise<Value> {
  const sandbox = await startSandbox(structuredClone(world), {
    zendesk: { createMs, jobs: JOBS },
  })
  const dataDir = await mkdtemp(join(tmpdir(), 'interrupted-'))
  try {
    await putArtifacts(artifacts, dataDir)
    return await act({ sandbox, dataDir, endedAt: 0, killedAt: [] })
  } finally {
    await sandbox.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Writes a case's artifacts into a data directory, as the previous stages would. */
export async function putArtifacts(artifacts: Case['artifacts'], dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  for (const [name, records] of Object.entries(artifacts)) {
    await writeFile(join(dataDir, name), JSON.stringify(records))
  }
}

/** Starts the sync's real bin. */
export function startSync(
  { stage }: Case,
  { sandbox, dataDir }: Scene,
  environment: Record<string, string> = {},
) {
  const path = join(ROOT, 'packages', stage, 'bin', 'sync.ts')
  const child = spawn(
    process.execPath,
    [path, '--data-dir', dataDir, '--allow-mass-change', everyWrite(stage)],
    {
      env: {
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node'),
        ...sandbox.environment,
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let log = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    log += text
  })
  const ended = once(child, 'close').then((): number | null => child.exitCode)
  return { child, ended, log: () => log }
}

/** Runs the sync until the kill. Returns whether it was killed: with fewer requests it ends first. */
export async function runUntilKilled(of: Case, scene: Scene, kill: Kill): Promise<boolean> {
  const { controls } = scene.sandbox[of.instance]
  const seen = controls.requests.length
  controls.fail({ effect: { kind: 'latency', milliseconds: LATENCY_MS } })
  const effect = effectOf(kill)
  if (effect) controls.fail({ from: kill.request, times: 1, effect })
  const { child, ended } = startSync(of, scene)
  const request = () => controls.requests[seen + kill.request - 1]
  const isThere = () => (kill.moment === 'answered' ? request()?.endedAt != null : request() !== undefined)
  const hasExited = () => child.exitCode !== null
  while (!isThere() && !hasExited()) await pause(1)
  if (!hasExited()) await pause(kill.moment === 'carried out' ? CREATE_MS + 20 + kill.after : kill.after)
  const isKilled = child.kill('SIGKILL')
  await ended
  controls.clearFaults()
  // A run that ended has all its results. The next run starts new ones.
  if (hasEnded(scene)) {
    scene.endedAt = controls.requests.length
    scene.killedAt = []
  } else scene.killedAt.push(controls.requests.length)
  return isKilled
}

function hasEnded({ dataDir }: Scene): boolean {
  const has = (name: string) => existsSync(join(dataDir, name))
  return has('sync_results.json') && !has('sync_results.journal.jsonl')
}

/** Runs the sync to its end. Returns its exit code and its log. */
export async function runToEnd(of: Case, scene: Scene): Promise<{ exitCode: number | null; log: string }> {
  const { ended, log } = startSync(of, scene)
  return { exitCode: await ended, log: log() }
}

function effectOf({ moment }: Kill): Effect | undefined {
  if (moment === 'arrived') return { kind: 'hang' }
  return moment === 'carried out' ? { kind: 'hang', carriedOut: true } : undefined
}
