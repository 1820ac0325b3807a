import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { readRunRecord } from '@support-sync/shared/runs/record'
import { EXIT, worstExitCode } from '@support-sync/shared/runtime/errors'
import { summaryName, summarySchema } from '@support-sync/shared/runtime/records'
import type { FileRun } from './run-files.ts'

/**
 * The problems with the jobs' exit codes. Only 0 and a stage's expected code are right, even if the file allows another: a
 * warning in GitLab is a problem here.
 */
export function jobProblems(
  runs: readonly FileRun[],
  expected: Readonly<Partial<Record<string, number>>> = {},
): string[] {
  return runs.flatMap(({ name, codes, log }) => {
    const allowed = expected[name] ?? EXIT.done
    return [...codes].flatMap(([job, code]) => {
      if (code === undefined) return [`${job} did not run (${log || 'a job that it needs failed'})`]
      if (code === EXIT.done || code === allowed) return []
      return [`${job} ended with ${code} (${log})`]
    })
  })
}

/** A stage's exit code from all its jobs. A job that did not run counts as a bug. */
export function exitCodeOfRun({ codes }: FileRun): number {
  return worstExitCode([...codes.values()].map(code => code ?? EXIT.bug))
}

/** Compares the bins' summaries with the jobs: each bin of the stage table ran and ended like its job. */
export async function binProblems(runs: readonly FileRun[], runDir: string): Promise<string[]> {
  const problems: string[] = []
  for (const { stage, bins } of STAGES) {
    const codes = runs.find(({ name }) => name === stage)?.codes
    for (const { bin } of bins) {
      const job = codes?.get(`${stage}:${bin}`)
      const said = await exitCodeInSummary(join(runDir, stage, summaryName(stage, bin)))
      if (said === undefined) problems.push(`${stage} ${bin} has no summary: it did not run`)
      else if (said !== job)
        problems.push(`${stage} ${bin}: the summary has exit code ${said}, the job ${job}`)
    }
  }
  return problems
}

/** Compares the run record with the jobs: it must have every stage's exit code. */
export async function recordProblems(runs: readonly FileRun[], path: string): Promise<string[]> {
  const record = readRunRecord(await readFile(path).catch(() => ''))
  if (!record) return [`the run has no record (${path})`]
  return STAGES.flatMap(({ stage }) => {
    const said = record.stages.find(other => other.stage === stage)?.exit_code
    const run = runs.find(({ name }) => name === stage)
    const code = run && exitCodeOfRun(run)
    return said === code ? [] : [`${stage}: the run record has exit code ${said}, the jobs ${code}`]
  })
}

async function exitCodeInSummary(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : summarySchema.parse(JSON.parse(text)).exit_code
}
