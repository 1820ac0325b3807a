import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitlabJobs, ServedJob } from '@support-sync/fixtures/sandbox/gitlab'
import { stringify } from 'yaml'
import { artifactsDir, keep, restoreArtifacts, zipOf } from './artifacts.ts'
import { type FileJob, jobsOf, runJob } from './gitlab-ci-local.ts'
import type { Runner, Runners } from './runners.ts'

export const ROOT_FILE = '.gitlab-ci.yml'
/**
 * The id of the root pipeline, which is also the run's id. The run file's pipeline has the next one, then come those
 * of its children.
 */
export const ROOT_PIPELINE = 1000

/** One child pipeline. */
export type FileStart = {
  /** The name of the trigger job, which is the stage's. */
  name: string
  file: string
  pipelineId: number
  variables: Readonly<Record<string, string>>
  inputs: Readonly<Record<string, string>>
  /** Runs only this job of the file. */
  job?: string
  /** Changes the file for this run. */
  change?: (file: string) => string
}

/** The outcome of a file's jobs. */
export type FileRun = {
  name: string
  /** Null if the file did not start because a job that it needs failed. */
  start: FileStart | null
  milliseconds: number
  /** Each job's exit code; undefined if it did not run. */
  codes: Map<string, number | undefined>
  log: string
}

export type Pipeline = {
  runners: Runners
  server: GitlabJobs
  /** The project's CI/CD variables, which a maintainer sets. */
  projectVariables: Readonly<Record<string, string>>
  /** The folder for logs and artifacts. */
  runDir: string
  onStart: (name: string) => void
  onEnd: (run: FileRun) => void
}

/**
 * Runs a scheduled pipeline: the jobs of every file that the run file triggers, in the order of `needs`, then the run
 * file's own jobs. It knows stages and bins only from the files.
 */
export async function runFiles(pipeline: Pipeline): Promise<FileRun[]> {
  const { file, variables, inputs, jobs } = await pipeline.runners.use(runner => readRun(runner, 'sync'))
  let nextPipeline = ROOT_PIPELINE + 2
  const runs = new Map<string, Promise<FileRun>>()
  async function afterNeeds(name: string, { needs, trigger, variables: own }: FileJob): Promise<FileRun> {
    const needed = await Promise.all(needs.map(need => runs.get(need.job)))
    if (!trigger || needed.some(run => run && !isPassed(run, jobs.get(run.name)))) return notRun(name)
    const forwarded = trigger.forward?.pipeline_variables ? variables : {}
    const given = { ...forwarded, ...expanded(own, ROOT_PIPELINE + 1) }
    const [{ local, inputs }] = trigger.include
    return runFile({ name, file: local, pipelineId: nextPipeline++, variables: given, inputs }, pipeline)
  }
  for (const [name, job] of jobs) if (job.trigger) runs.set(name, afterNeeds(name, job))
  const ended = await Promise.all(runs.values())
  if (![...jobs.values()].some(({ script }) => script)) return ended
  const own = { name: 'run', file, pipelineId: ROOT_PIPELINE + 1, variables, inputs }
  return [...ended, await runFile(own, pipeline)]
}

/** The file that a task of the root triggers, its jobs, and its variables and inputs from the root. */
export async function readRun(
  runner: Runner,
  task: 'sync' | 'plan',
  given: Readonly<Record<string, string>> = {},
  pipelineId = ROOT_PIPELINE,
) {
  const schedule = { CI_PIPELINE_SOURCE: 'schedule' }
  const jobs = await jobsOf({ ...runner, file: ROOT_FILE, variables: schedule, inputs: { task, ...given } })
  const root = jobs.get(task)
  if (!root?.trigger) throw new Error(`${ROOT_FILE} triggers nothing for ${task}`)
  const variables = expanded(root.variables, pipelineId)
  const [{ local: file, inputs }] = root.trigger.include
  return { file, variables, inputs, jobs: await jobsOf({ ...runner, file, variables, inputs }) }
}

/** GitLab expands a pipeline's own variables before it passes them to a child. */
function expanded(variables: Readonly<Record<string, string>>, pipelineId: number): Record<string, string> {
  const known: Record<string, string> = {
    CI_PIPELINE_ID: String(pipelineId),
    CI_PIPELINE_CREATED_AT: new Date().toISOString(),
  }
  const put = (value: string) => value.replace(/\$(\w+)/g, (reference, name) => known[name] ?? reference)
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, put(value)]))
}

/** Runs a file's jobs with a script, each after the jobs it needs, and keeps their artifacts. */
export async function runFile(start: FileStart, pipeline: Pipeline): Promise<FileRun> {
  return pipeline.runners.use(async runner => {
    if (start.change) await runner.change(start.file, start.change)
    pipeline.onStart(start.name)
    const started = performance.now()
    const jobs = await jobsOf({ ...runner, ...start })
    const codes = new Map<string, number | undefined>()
    const log = join(pipeline.runDir, 'logs', `${start.name}.log`)
    for (const [name, job] of jobs) {
      if (!job.script || (start.job !== undefined && name !== start.job)) continue
      const mayRun =
        isAlways(job) || job.needs.every(need => !codes.has(need.job) || isAllowed(codes.get(need.job)))
      for (const names of namesOf(name, job))
        codes.set(names.inGitlab, mayRun ? await runOne(names, job, start, runner, pipeline, log) : undefined)
    }
    const run = { name: start.name, start, milliseconds: performance.now() - started, codes, log }
    pipeline.onEnd(run)
    await runner.restore()
    return run
  })
}

/** What a job is called in GitLab and in gitlab-ci-local. */
type JobNames = { inGitlab: string; inLocal: string }

/** The names of a job; with `parallel` those of each of its jobs. */
function namesOf(name: string, { parallel }: FileJob): JobNames[] {
  if (parallel === 1) return [{ inGitlab: name, inLocal: name }]
  return Array.from({ length: parallel }, (_, index) => {
    const part = `${index + 1}/${parallel}`
    return { inGitlab: `${name} ${part}`, inLocal: `${name}: [${part}]` }
  })
}

async function runOne(
  { inGitlab, inLocal }: JobNames,
  { needs, artifacts }: FileJob,
  start: FileStart,
  runner: Runner,
  { server, projectVariables, runners, runDir }: Pipeline,
  log: string,
): Promise<number | undefined> {
  await runner.clean()
  for (const need of needs) {
    const zip = server.jobs.find(job => job.name === need.job && job.pipeline === start.pipelineId)?.zip
    if (zip) await restoreArtifacts(zip, runner.dir)
  }
  await writeProjectVariables(runner, server, projectVariables)
  const id = Math.max(0, ...server.jobs.map(job => job.id)) + 1
  const variables = {
    ...start.variables,
    CI_PIPELINE_ID: String(start.pipelineId),
    CI_PIPELINE_SOURCE: 'parent_pipeline',
    CI_JOB_ID: String(id),
  }
  const served: ServedJob = {
    id,
    name: inGitlab,
    pipeline: start.pipelineId,
    commit: runners.commit,
    status: 'running',
    access: artifacts?.access ?? 'all',
    zip: null,
    startedAt: new Date().toISOString(),
    finishedAt: null,
  }
  server.jobs.push(served)
  const exitCode = await runJob(
    { ...runner, file: start.file, variables, inputs: start.inputs },
    inLocal,
    log,
  )
  if (exitCode === undefined) return undefined
  const left = artifactsDir(join(runner.dir, runner.stateDir), inLocal)
  await keep(left, runDir)
  await keep(join(left, 'packages', start.name, 'data'), join(runDir, start.name))
  served.zip = await zipOf(left)
  served.finishedAt = new Date().toISOString()
  // A failed job counts as failed, even if the file allows the failure.
  served.status = exitCode === 0 ? 'success' : 'failed'
  return exitCode
}

/** Whether a job passes: the stages' `allow_failure` allows exit code 4. */
function isAllowed(code: number | undefined): boolean {
  return code === 0 || code === 4
}

/** A trigger with an allowed failure counts as passed once its jobs have run. */
function isPassed({ codes, start }: FileRun, trigger: FileJob | undefined): boolean {
  if (start && trigger?.allow_failure === true) return true
  return codes.size > 0 && [...codes.values()].every(isAllowed)
}

function isAlways({ when, rules }: FileJob): boolean {
  return when === 'always' || rules.some(rule => rule.when === 'always')
}

function notRun(name: string): FileRun {
  return { name, start: null, milliseconds: 0, codes: new Map([[name, undefined]]), log: '' }
}

async function writeProjectVariables(
  { dir }: Runner,
  server: GitlabJobs,
  projectVariables: Pipeline['projectVariables'],
): Promise<void> {
  const all = {
    ...projectVariables,
    CI_API_V4_URL: server.apiUrl,
    CI_PROJECT_ID: server.projectId,
    CI_JOB_TOKEN: server.token,
    // As if the job starts now, with GitLab's default timeout.
    CI_JOB_STARTED_AT: new Date().toISOString(),
    CI_JOB_TIMEOUT: '3600',
  }
  // Otherwise gitlab-ci-local would read a value with a leading slash as a file path.
  const typed = Object.entries(all).map(([name, value]) => [
    name,
    { type: 'variable', values: { '*': value } },
  ])
  await writeFile(join(dir, '.gitlab-ci-local-variables.yml'), stringify(Object.fromEntries(typed)))
}
