import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Bin } from '@support-sync/shared/pipeline'
import { createPrivateFile, makePrivateDirectory } from '@support-sync/shared/runtime/artifacts'
import { EXIT } from '@support-sync/shared/runtime/errors'
import type { Progress } from '@support-sync/shared/services/http'
import { z } from 'zod'

/** With V8's own 16 MB some 70 MB more are only not yet collected; with half of it nothing takes noticeably longer. */
const NODE_FLAGS = ['--max-semi-space-size=8'] as const
/** A gather waits for its service most of the time, and can collect meanwhile: a third less memory. */
const GATHER_FLAGS = [...NODE_FLAGS, '--heap-growing-percent=70'] as const

/** What Node is started with for a bin. */
export function nodeFlags({ gathers }: Pick<Bin, 'gathers'>): readonly string[] {
  return gathers ? GATHER_FLAGS : NODE_FLAGS
}

const ROOT = join(import.meta.dirname, '..', '..')
/** Node keeps what it compiled here, types stripped: a bin starts in half the time. */
const NODE_COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'node')

/** Where a bin's output goes: to this terminal, or to a file. There a person may watch how far it has come. */
export type Output = 'terminal' | { file: string; onProgress?: ((progress: Progress) => void) | undefined }

const progressSchema = z.object({
  progress: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('count'), what: z.string(), done: z.int(), of: z.int().nullable() }),
    z.object({ kind: z.literal('requests'), requests: z.int() }),
    z.object({
      kind: z.literal('wait'),
      why: z.enum(['rate-limit', 'retry']),
      service: z.string(),
      until: z.number(),
    }),
  ]),
})

/** Runs one bin with these options and this environment. Gives its exit code. */
export type RunBin = (
  bin: Bin,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
) => Promise<number>

/**
 * Runs one bin as a child process. Gives its exit code. One that was cancelled before it could answer counts as
 * cancelled, one that was killed otherwise as a bug.
 */
export async function runBinProcess(
  bin: Bin,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  const path = join(ROOT, 'packages', bin.stage, 'bin', `${bin.bin}.ts`)
  const log = output === 'terminal' ? 'inherit' : openLog(output.file)
  const onProgress = output === 'terminal' ? undefined : output.onProgress
  const child = spawn(process.execPath, [...nodeFlags(bin), path, ...args], {
    env: { NODE_COMPILE_CACHE, ...environment },
    stdio: onProgress ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
  })
  if (onProgress)
    child.on('message', message => {
      const told = progressSchema.safeParse(message)
      if (told.success) onProgress(told.data.progress)
    })
  if (typeof log === 'number') closeSync(log)
  // A job that is cancelled tells its first process alone; the bin has yet to end its batch and its journal.
  const passOn = () => child.kill('SIGTERM')
  // Ctrl-C reaches the bin by itself; here it is only waited for.
  const wait = () => undefined
  process.on('SIGTERM', passOn)
  process.on('SIGINT', wait)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) =>
        resolve(code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? EXIT.upstream : EXIT.bug)),
      )
    })
  } finally {
    process.off('SIGTERM', passOn)
    process.off('SIGINT', wait)
  }
}

function openLog(file: string): number {
  makePrivateDirectory(dirname(file))
  return createPrivateFile(file)
}
