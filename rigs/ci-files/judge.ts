import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { readRunRecord } from '@support-sync/shared/runs/record'
import { summaryName, summarySchema } from '@support-sync/shared/runtime/bin'
import { EXIT, worstExitCode } from '@support-sync/shared/runtime/errors'
import type { FileRun } from './run-files.ts'

/**
 * What is wrong with how the jobs ended; nothing when nothing is. Only the codes that the stages are expected to end
 * with will do, whatever the files allow: what GitLab would show as a warning is none here.
 */
export function jobProblems(
  runs: readonly FileRun[],
  expected: Readonly<Partial<Record<string, number>>> = {},
): string[] {
  return runs.flatMap(({ name, codes, log }) => {
    const allowed = expected[name] ?? EXIT.done
    return [...codes].flatMap(([job, code]) => {
      if (code === undefined) return [`${job} did not run (${log || 'what it needs had failed'})`]
      if (code === EXIT.done || code === allowed) return []
      return [`${job} ended with ${code} (${log})`]
    })
  })
}

/** A stage's exit code, of all its jobs; a job that did not run counts as a bug. */
export function exitCodeOfRun({ codes }: FileRun): number {
  return worstExitCode([...codes.values()].map(code => code ?? EXIT.bug))
}

/** Holds what the bins say of themselves against the jobs: each of the table's bins ran, and ended as its job did. */
export async function binProblems(runs: readonly FileRun[], runDir: string): Promise<string[]> {
  const problems: string[] = []
  for (const { stage, bins } of STAGES) {
    const codes = runs.find(({ name }) => name === stage)?.codes
    for (const { bin } of bins) {
      const job = codes?.get(`${stage}:${bin}`)
      const said = await exitCodeSaid(join(runDir, stage, summaryName(stage, bin)))
      if (said === undefined) problems.push(`${stage} ${bin} left no summary: it did not run`)
      else if (said !== job)
        problems.push(`${stage} ${bin} says that it ended with ${said}, its job with ${job}`)
    }
  }
  return problems
}

/** Holds the run's record against the jobs: it must tell of every stage what its jobs came to. */
export async function recordProblems(runs: readonly FileRun[], path: string): Promise<string[]> {
  const record = readRunRecord(await readFile(path).catch(() => ''))
  if (!record) return [`the run left no record (${path})`]
  return STAGES.flatMap(({ stage }) => {
    const said = record.stages.find(other => other.stage === stage)?.exit_code
    const run = runs.find(({ name }) => name === stage)
    const code = run && exitCodeOfRun(run)
    return said === code
      ? []
      : [`the run's record says that ${stage} ended with ${said}, its jobs with ${code}`]
  })
}

async function exitCodeSaid(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : summarySchema.parse(JSON.parse(text)).exit_code
}
