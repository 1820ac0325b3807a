import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { artifactsDir, keepData, zipOf } from './artifacts.ts'
import { type CiFile, type FileJob, jobsOf, runJobs } from './gitlab-ci-local.ts'
import type { JobServer } from './job-server.ts'
import type { WorkingCopy } from './working-copy.ts'

const ROOT_FILE = '.gitlab-ci.yml'
/** The ids of the pipelines: the root's, which is the run's, then those of its children as they start. */
const ROOT_PIPELINE = 1000

/** One child pipeline. */
export type FileStart = {
  /** The trigger job's name: the stage's. */
  name: string
  file: string
  /** The jobs to run; all of the file's when there are none. */
  jobs: readonly string[]
  pipelineId: number
  variables: Readonly<Record<string, string>>
}

/** What became of a file's jobs. */
export type FileRun = {
  name: string
  /** Null when it was not started: what it needs had failed. */
  start: FileStart | null
  milliseconds: number
  /** Each job's exit code; undefined when it did not run. */
  codes: Map<string, number | undefined>
  log: string
}

export type Pipeline = {
  copy: WorkingCopy
  server: JobServer
  /** What a maintainer enters as the project's CI/CD variables. */
  projectVariables: Readonly<Record<string, string>>
  /** Where logs and artifacts are kept to be looked at. */
  runDir: string
  onStart: (name: string) => void
  onEnd: (run: FileRun) => void
}

/**
 * Runs what a schedule starts: the jobs of every file that the run's file triggers, in the order of its `needs`,
 * and then the run's own. Nothing is known here of stages and bins but what the files say.
 */
export async function runFiles(pipeline: Pipeline): Promise<FileRun[]> {
  const { file, variables } = await runFileOf(pipeline)
  const jobs = await jobsOf(ciFile(pipeline, file, 'run', variables))
  let nextPipeline = ROOT_PIPELINE + 2
  const runs = new Map<string, Promise<FileRun>>()
  async function afterNeeds(name: string, { needs, trigger, variables: own }: FileJob): Promise<FileRun> {
    const needed = await Promise.all(needs.map(need => runs.get(need.job)))
    if (!trigger || needed.some(run => run && !isPassed(run))) return notRun(name)
    const given = { ...(trigger.forward.pipeline_variables ? variables : {}), ...own }
    const [{ local }] = trigger.include
    return runFile({ name, file: local, jobs: [], pipelineId: nextPipeline++, variables: given }, pipeline)
  }
  for (const [name, job] of jobs) if (job.trigger) runs.set(name, afterNeeds(name, job))
  const ended = await Promise.all(runs.values())
  const own = [...jobs].flatMap(([name, { script }]) => (script ? [name] : []))
  if (own.length === 0) return ended
  const start = { name: 'run', file, jobs: own, pipelineId: ROOT_PIPELINE + 1, variables }
  return [...ended, await runFile(start, pipeline)]
}

/** The file that the root triggers, and the variables that it gives the run. */
async function runFileOf(pipeline: Pipeline) {
  const jobs = await jobsOf(ciFile(pipeline, ROOT_FILE, 'root', { CI_PIPELINE_SOURCE: 'schedule' }))
  const trigger = [...jobs.values()].find(({ trigger }) => trigger)
  if (!trigger?.trigger) throw new Error(`${ROOT_FILE} triggers nothing`)
  const variables = Object.entries(trigger.variables).map(([name, value]) => [
    name,
    value.replace('$CI_PIPELINE_ID', String(ROOT_PIPELINE)),
  ])
  return { file: trigger.trigger.include[0].local, variables: Object.fromEntries(variables) }
}

/** Runs a file's jobs, all or those that are named, and puts what they leave where later ones look for it. */
export async function runFile(start: FileStart, pipeline: Pipeline): Promise<FileRun> {
  const { name, file, pipelineId, variables } = start
  pipeline.onStart(name)
  const started = performance.now()
  const { copy, server, runDir } = pipeline
  await writeProjectVariables(pipeline)
  const given = { ...variables, CI_PIPELINE_ID: String(pipelineId), CI_PIPELINE_SOURCE: 'parent_pipeline' }
  const ran = ciFile(pipeline, file, name, given)
  await shareCache(copy.dir, ran.stateDir)
  const log = join(runDir, 'logs', `${name}.log`)
  const wanted = start.jobs.length > 0 ? start.jobs : [...(await jobsOf(ran)).keys()]
  const ended = await runJobs(ran, start.jobs, log)
  const stateDir = join(copy.dir, ran.stateDir)
  for (const job of wanted) {
    const exitCode = ended.get(job)
    if (exitCode === undefined) continue
    const dir = artifactsDir(stateDir, job)
    await keepData(dir, name, join(runDir, name))
    server.jobs.push({
      id: server.jobs.length + 1,
      name: job,
      pipeline: pipelineId,
      commit: copy.commit,
      exitCode,
      zip: await zipOf(dir),
    })
  }
  await rm(join(stateDir, 'builds'), { recursive: true, force: true })
  const codes = new Map(wanted.map(job => [job, ended.get(job)]))
  const run = { name, start, milliseconds: performance.now() - started, codes, log }
  pipeline.onEnd(run)
  return run
}

/** Whether GitLab starts what needs this: all jobs passed, or failed with the code that is allowed. */
function isPassed({ codes }: FileRun): boolean {
  return codes.size > 0 && [...codes.values()].every(code => code === 0 || code === 4)
}

function notRun(name: string): FileRun {
  return { name, start: null, milliseconds: 0, codes: new Map([[name, undefined]]), log: '' }
}

function ciFile({ copy }: Pipeline, file: string, name: string, variables: CiFile['variables']): CiFile {
  return { dir: copy.dir, file, stateDir: join('.gitlab-ci-local', name), variables }
}

async function writeProjectVariables({ copy, server, projectVariables }: Pipeline): Promise<void> {
  const all = {
    ...projectVariables,
    CI_API_V4_URL: server.apiUrl,
    CI_PROJECT_ID: server.projectId,
    CI_JOB_TOKEN: server.token,
  }
  // A value that begins with a slash would else be taken for a file's path.
  const typed = Object.entries(all).map(([name, value]) => [
    name,
    { type: 'variable', values: { '*': value } },
  ])
  await writeFile(join(copy.dir, '.gitlab-ci-local-variables.yml'), stringify(Object.fromEntries(typed)))
}

/** One cache for all files, as GitLab has it. */
async function shareCache(dir: string, stateDir: string): Promise<void> {
  const cache = join(dir, '.gitlab-ci-local', 'cache')
  await mkdir(cache, { recursive: true })
  await rm(join(dir, stateDir), { recursive: true, force: true })
  await mkdir(join(dir, stateDir))
  await symlink(cache, join(dir, stateDir, 'cache'))
}
