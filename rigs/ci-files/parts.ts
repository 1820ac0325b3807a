import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { artifacts } from '@support-sync/shared/pipeline'
import { jobProblems } from './judge.ts'
import { type FileRun, type Pipeline, runFile } from './run-files.ts'

const ACCOUNTS = artifacts.accounts.name
/** The stages up to the one that joins the parts. */
const STAGES = ['accounts', 'orgs', 'processor']
const RUN_ID = 3000
const PARTS = 3

/**
 * Repeats a run up to the processor with three jobs that share the gather of accounts. For that, it turns on the line
 * `parallel`, which is a comment in the CI file. The processor must get the same accounts as in the first run.
 */
export async function partProblems(runs: readonly FileRun[], pipeline: Pipeline): Promise<string[]> {
  const runDir = join(pipeline.runDir, 'parts')
  const again: FileRun[] = []
  for (const [index, stage] of STAGES.entries()) {
    const start = runs.find(({ name }) => name === stage)?.start
    if (!start) return [`${stage} did not run, so it did not run in parts either`]
    const variables = { ...start.variables, RUN_ID: String(RUN_ID) }
    const inParts = stage === 'accounts' ? { change: turnOn } : {}
    const own = { ...start, ...inParts, variables, pipelineId: RUN_ID + 1 + index }
    again.push(await runFile(own, { ...pipeline, runDir, onStart() {} }))
  }
  const problems = jobProblems(again)
  const jobs = [...(again[0]?.codes.keys() ?? [])]
  if (jobs.length !== PARTS) problems.push(`accounts had ${jobs.length} jobs in parts: ${jobs.join(', ')}`)
  const [whole, joined] = await Promise.all(
    [join(pipeline.runDir, 'accounts', ACCOUNTS), join(runDir, 'processor', ACCOUNTS)].map(recordsOf),
  )
  if (whole !== joined) problems.push(`the accounts of ${PARTS} parts are not those of one job (${runDir})`)
  return problems
}

function turnOn(file: string): string {
  const line = `  # parallel: ${PARTS}\n`
  if (!file.includes(line)) throw new Error(`the CI file of accounts has no line "${line.trim()}"`)
  return file.replace(line, line.replace('# ', ''))
}

/** An artifact's records, sorted. */
async function recordsOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.replaceAll(/,$/gm, '').split('\n').toSorted().join('\n')
}
