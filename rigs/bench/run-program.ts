import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findStage } from '@support-sync/shared/pipeline'
import { summaryName, summarySchema } from '@support-sync/shared/runtime/records'
import { z } from 'zod'
import { nodeFlags } from '../../cli/pipeline/run-bin.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
/** The compile cache that `run-stage` gives a bin. */
export const WITH_COMPILE_CACHE = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node') }
const HOOK = join(import.meta.dirname, 'usage-at-exit.ts')

const usageSchema = z.object({ cpuMs: z.number(), peakMb: z.number() })

export type Run = z.infer<typeof usageSchema> & { wallMs: number; exitCode: number | null; stdout: string }

/** Runs a Node program as a child process and measures it. Throws on an unexpected exit code. */
export async function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  expected: readonly number[] = [0],
  flags = nodeFlags({}),
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'support-sync-usage-'))
  const file = join(folder, 'usage.json')
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...flags, '--import', HOOK, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ...environment, BENCH_USAGE: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', text => (stdout += text))
  child.stderr.on('data', text => (stderr = `${stderr}${text}`.slice(-2000)))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const wallMs = performance.now() - startedAt
  try {
    if (exitCode === null || !expected.includes(exitCode))
      throw new Error(`${args.join(' ')} exited with ${exitCode}:\n${stderr}`)
    return { ...usageSchema.parse(JSON.parse(readFileSync(file, 'utf8'))), wallMs, exitCode, stdout }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function binPath(stage: string, bin: string): string {
  return join(ROOT, 'packages', stage, 'bin', `${bin}.ts`)
}

/** Runs a bin on a data directory. The work time is from its summary, without the start. */
export async function runBin(
  stage: string,
  bin: string,
  dataDir: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run & { workMs: number; requests: number }> {
  const run = await runProgram(
    [binPath(stage, bin), '--data-dir', dataDir, '--log-level', 'error', ...args],
    environment,
    [0],
    nodeFlags(findStage(stage)?.bins.find(row => row.bin === bin) ?? {}),
  )
  const summary = summarySchema.parse(
    JSON.parse(readFileSync(join(dataDir, summaryName(stage, bin)), 'utf8')),
  )
  const workMs = Date.parse(summary.ended_at) - Date.parse(summary.started_at)
  return { ...run, workMs, requests: summary.requests }
}
