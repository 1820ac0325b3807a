import { mkdirSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServedPipeline, startGitlabJobs } from '@support-sync/fixtures/sandbox/gitlab'
import { isAtOrAfter, STAGES, type StageName } from '@support-sync/shared/pipeline'
import { COMMIT } from '@support-sync/shared/runs/handover/test'
import { type Program, runProgram, zipOfData, zipOfFolder } from './programs.ts'

/** Pipelines of one project, in sequence. Later jobs and pipelines can read each job's artifacts. */

/** A pipeline's inputs. */
export type Start = {
  id: number
  startFrom?: StageName
  resumeRun?: number
  isDryRun?: boolean
  /** Of the stages from `startFrom` on, runs only these. Default: all. */
  stages?: readonly StageName[]
  /** How many jobs share the gather of accounts. */
  parallel?: number
  /** More variables of its jobs. */
  variables?: Readonly<Record<string, string>>
  /** Jobs whose runner fails. They leave no artifacts. */
  kill?: (job: { name: string }) => boolean
}

/** A pipeline that runs, and the trigger job that started it. */
function pipelineOf(id: number, startedBy?: ServedPipeline['startedBy']): ServedPipeline {
  const createdAt = new Date().toISOString()
  return { id, status: 'running', createdAt, ...(startedBy ? { startedBy } : {}) }
}

export async function startPipelines(environment: NodeJS.ProcessEnv) {
  const server = await startGitlabJobs()
  const base = await mkdtemp(join(tmpdir(), 'pipelines-'))
  let lastId = 0

  async function runJob(
    name: string,
    program: Omit<Program, 'cwd'>,
    pipeline: number,
    zip: (cwd: string) => Uint8Array,
  ) {
    lastId += 1
    const cwd = join(base, String(lastId))
    mkdirSync(cwd)
    const job = {
      id: lastId,
      name,
      pipeline,
      commit: COMMIT,
      status: 'running' as 'running' | 'success' | 'failed',
      access: 'developer' as const,
      zip: null as Uint8Array | null,
      startedAt: new Date().toISOString(),
      finishedAt: null,
    }
    server.jobs.push(job)
    const ended = await runProgram(
      {
        ...program,
        cwd,
        environment: {
          ...environment,
          CI_PIPELINE_ID: String(pipeline),
          // A runner keeps nothing between jobs.
          XDG_STATE_HOME: join(cwd, 'state'),
          ...program.environment,
        },
      },
      server,
    )
    job.status = ended.code === 0 ? 'success' : 'failed'
    job.zip = zip(cwd)
    return { name, cwd, ...ended }
  }

  return {
    server,
    /** Runs the selected stages and then the record. Returns each job's outcome. */
    async run({
      id,
      startFrom = 'accounts',
      resumeRun,
      isDryRun = false,
      stages,
      parallel = 1,
      variables: more,
      kill,
    }: Start) {
      const variables = {
        RUN_ID: String(id),
        START_FROM: startFrom,
        RESUME_RUN: resumeRun === undefined ? '' : String(resumeRun),
        DRY_RUN: String(isDryRun),
        ...more,
      }
      const ended: Awaited<ReturnType<typeof runJob>>[] = []
      const own = [pipelineOf(id), pipelineOf(id + 1, { pipeline: id, job: 'sync' })]
      server.pipelines.push(...own)
      const asked = STAGES.filter(row => isAtOrAfter(row, startFrom) && (stages?.includes(row.stage) ?? true))
      for (const [index, { stage, bins, independentBins }] of asked.entries()) {
        let before: string | undefined
        const child = pipelineOf(id + 2 + index, { pipeline: id + 1, job: stage })
        server.pipelines.push(child)
        own.push(child)
        for (const { bin, inParts } of bins) {
          const dataDir = join(base, `data-${lastId + 1}`)
          if (before !== undefined && !independentBins) await cp(before, dataDir, { recursive: true })
          const jobs = inParts ? parallel : 1
          for (let node = 1; node <= jobs; node++) {
            const ownDir = node === 1 ? dataDir : `${dataDir}-${node}`
            const nodes = { CI_NODE_INDEX: String(node), CI_NODE_TOTAL: String(jobs) }
            const environment = { ...variables, ...(jobs > 1 ? nodes : {}) }
            const program = { program: 'run-job.ts', args: [stage, bin, ownDir], environment }
            const name = `${stage}:${bin}${jobs > 1 ? ` ${node}/${jobs}` : ''}`
            if (kill?.({ name })) continue
            ended.push(await runJob(name, program, id + 2 + index, () => zipOfData(stage, ownDir)))
          }
          before = dataDir
        }
      }
      const record = { program: 'record-run.ts', args: [], environment: variables }
      ended.push(await runJob('record', record, id + 1, cwd => zipOfFolder(join(cwd, 'record'), 'record')))
      for (const pipeline of own) pipeline.status = 'success'
      return new Map(ended.map(job => [job.name, job]))
    },
    /** Runs a task's job. */
    task(id: number, name: 'ask' | 'check', variables: NodeJS.ProcessEnv = {}) {
      const program = { program: `${name}.ts`, args: [], environment: variables }
      return runJob(name, program, id, cwd => zipOfFolder(cwd, ''))
    },
    async close() {
      await server.close()
      await rm(base, { recursive: true })
    },
  }
}
