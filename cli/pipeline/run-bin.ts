import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BINS, type Bin } from '@support-sync/shared/pipeline'
import { createPrivateFile, makePrivateDirectory } from '@support-sync/shared/runtime/artifacts'
import { EXIT } from '@support-sync/shared/runtime/errors'
import type { Progress } from '@support-sync/shared/services/http'
import { z } from 'zod'

/** V8's default of 16 MB leaves about 70 MB more garbage uncollected. With half of it no run is noticeably slower. */
const NODE_FLAGS = ['--max-semi-space-size=8'] as const
/** For a bin that keeps few records: V8 then collects garbage earlier. This saves a third of a gather's memory. */
const STREAMING_FLAGS = [...NODE_FLAGS, '--heap-growing-percent=70'] as const

/** The Node flags for a bin. */
export function nodeFlags({ gathers, bin }: Partial<Pick<Bin, 'gathers' | 'bin'>>): readonly string[] {
  return gathers || bin === BINS.processor.processor.bin ? STREAMING_FLAGS : NODE_FLAGS
}

const ROOT = join(import.meta.dirname, '..', '..')
/** Node's compile cache. It halves the start time of a bin. */
const NODE_COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'node')

/** Where a bin's output goes: to this terminal or to a file. With a file, `onProgress` receives its progress. */
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

/** Runs one bin with these options and this environment. Returns its exit code. */
export type RunBin = (
  bin: Bin,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
) => Promise<number>

/**
 * Runs one bin as a child process and returns its exit code. A bin that a signal cancelled counts as cancelled. A bin
 * that was killed in another way counts as a bug.
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
      const parsed = progressSchema.safeParse(message)
      if (parsed.success) onProgress(parsed.data.progress)
    })
  if (typeof log === 'number') closeSync(log)
  // A cancelled job signals only its first process, but the bin must finish its batch and its journal.
  const passOn = () => child.kill('SIGTERM')
  // Ctrl-C reaches the bin directly, so this process only waits.
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
