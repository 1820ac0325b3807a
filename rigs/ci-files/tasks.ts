import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { jobProblems } from './judge.ts'
import { type FileRun, type Pipeline, ROOT_FILE, ROOT_PIPELINE, readRun, runFile } from './run-files.ts'

/** The ids of the tasks' pipelines, after those of the run. */
const FIRST_TASK = 2000
/** A text with shell syntax that matches no record. */
const HOSTILE = '"$(id)" `id` \'; id # $CI_JOB_TOKEN'

/** Runs each task that you can start by hand after a run, with inputs from the root pipeline. */
export async function taskProblems(pipeline: Pipeline): Promise<string[]> {
  const runDir = join(pipeline.runDir, 'tasks')
  const own = { ...pipeline, runDir, onStart() {} }
  const account = await someAccount(pipeline.runDir)
  const ask = (pipelineId: number, query: string) => runRootJob('ask', pipelineId, { whom: query }, own)
  const check = await runRootJob('check', FIRST_TASK, {}, own)
  const asked = await ask(FIRST_TASK + 1, account)
  const planned = await runPlan(FIRST_TASK + 2, own)
  const problems = jobProblems([check, asked, planned])
  if (!(await readFile(join(runDir, 'answer', 'explanation.txt'), 'utf8').catch(() => '')).includes(account))
    problems.push(`ask did not explain ${account} (${asked.log})`)
  if (!(await readFile(planned.log, 'utf8')).includes('"dry_run":true'))
    problems.push(`plan was not a dry run (${planned.log})`)
  // If a job that must fail passes, these checks prove nothing.
  const refused = await ask(FIRST_TASK + 4, HOSTILE)
  const log = await readFile(refused.log, 'utf8')
  if (
    refused.codes.get('ask') !== EXIT.badInput ||
    !log.includes('"code":"NOT_FOUND"') ||
    log.includes('uid=')
  )
    problems.push(`ask did not search for the exact text (${refused.log})`)
  return problems
}

function runRootJob(
  task: string,
  pipelineId: number,
  inputs: Readonly<Record<string, string>>,
  pipeline: Pipeline,
): Promise<FileRun> {
  const start = {
    name: task,
    file: ROOT_FILE,
    pipelineId,
    variables: {},
    inputs: { task, ...inputs },
    job: task,
  }
  return runFile(start, pipeline)
}

/** A dry run of one sync on the artifacts of the previous run. */
async function runPlan(pipelineId: number, pipeline: Pipeline): Promise<FileRun> {
  const name = 'sync-global'
  const given = { start_from: name, resume_run: String(ROOT_PIPELINE) }
  const { variables, jobs } = await pipeline.runners.use(runner => readRun(runner, 'plan', given, pipelineId))
  const trigger = jobs.get(name)?.trigger
  if (!trigger) throw new Error(`the plan does not trigger ${name}`)
  const [{ local: file, inputs }] = trigger.include
  const own = { RUN_STARTED_AT: new Date().toISOString() }
  return runFile(
    { name, file, pipelineId: pipelineId + 1, variables: { ...variables, ...own }, inputs },
    pipeline,
  )
}

async function someAccount(runDir: string): Promise<string> {
  const text = await readFile(join(runDir, 'accounts', 'salesforce_accounts.json'), 'utf8')
  const [, id] = /"salesforce_id":"(\w+)"/.exec(text) ?? []
  if (id === undefined) throw new Error('the run has gathered no account')
  return id
}
