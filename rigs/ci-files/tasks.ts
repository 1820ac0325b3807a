import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { jobProblems } from './judge.ts'
import { type FileRun, type Pipeline, ROOT_FILE, ROOT_PIPELINE, readRun, runFile } from './run-files.ts'

/** The pipelines of the tasks, behind all of the run's. */
const FIRST_TASK = 2000
/** Text of a person that a shell would take apart, and that names nobody. */
const HOSTILE = '"$(id)" `id` \'; id # $CI_JOB_TOKEN'

/** Runs what a person starts by hand after a run: each task, as the root hands it its inputs. */
export async function taskProblems(pipeline: Pipeline): Promise<string[]> {
  const runDir = join(pipeline.runDir, 'tasks')
  const own = { ...pipeline, runDir, onStart() {} }
  const account = await someAccount(pipeline.runDir)
  const ask = (pipelineId: number, whom: string) => runRootJob('ask', pipelineId, { whom }, own)
  const check = await runRootJob('check', FIRST_TASK, {}, own)
  const asked = await ask(FIRST_TASK + 1, account)
  const planned = await runPlan(FIRST_TASK + 2, own)
  const problems = jobProblems([check, asked, planned])
  if (!(await readFile(join(runDir, 'answer', 'explanation.txt'), 'utf8').catch(() => '')).includes(account))
    problems.push(`ask left no explanation of ${account} (${asked.log})`)
  if (!(await readFile(planned.log, 'utf8')).includes('"dry_run":true'))
    problems.push(`plan was not dry (${planned.log})`)
  // What this says of the tasks is worth nothing where a job that must fail passes.
  const refused = await ask(FIRST_TASK + 4, HOSTILE)
  const log = await readFile(refused.log, 'utf8')
  if (
    refused.codes.get('ask') !== EXIT.badInput ||
    !log.includes('"code":"NOT_FOUND"') ||
    log.includes('uid=')
  )
    problems.push(`ask did not look for what was asked, word for word (${refused.log})`)
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

/** One writer, dry, on what the run before has gathered. */
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
