import { z } from 'zod'
import { findStage, type GatherPart, isAtOrAfter, STAGES, type Stage } from '../../pipeline/index.ts'
import { badInput } from '../../runtime/errors/index.ts'
import type { GitlabSettings } from './gitlab-settings.ts'
import type { WantedRun } from './store.ts'

const runId = z.string().regex(/^\d+$/, 'must be a pipeline id')

/** The time that a job may need to finish its last writes and to upload its artifacts. */
const ENDING_SECONDS = 45

const flag = z.enum(['true', 'false', '']).default('false')

/** The project of the jobs that hand on artifacts. */
const projectSchema = z.object({
  CI_API_V4_URL: z.url(),
  CI_PROJECT_ID: z.string(),
  CI_JOB_TOKEN: z.string(),
})

const schema = z.object({
  RUN_ID: runId,
  RESUME_RUN: runId.or(z.literal('')).default(''),
  START_FROM: z.enum(STAGES.map(({ stage }) => stage)).default('accounts'),
  DRY_RUN: flag,
  CI_COMMIT_SHA: z.string(),
  CI_PROJECT_URL: z.url(),
  CI_PIPELINE_ID: runId,
  CI_JOB_URL: z.url(),
  RUN_STARTED_AT: z.iso.datetime({ offset: true }),
  CI_JOB_STARTED_AT: z.iso.datetime({ offset: true }),
  /** In seconds. */
  CI_JOB_TIMEOUT: z.coerce.number().positive(),
  /** Of a job with `parallel`: https://docs.gitlab.com/ci/variables/predefined_variables/ */
  CI_NODE_INDEX: z.coerce.number().int().positive().optional(),
  CI_NODE_TOTAL: z.coerce.number().int().positive().default(1),
  ...projectSchema.shape,
})

export type CiSettings = {
  gitlab: GitlabSettings
  /** This run. */
  run: {
    id: string
    commit: string
    /** The pipeline of this job: a stage's child pipeline. */
    pipelineId: number
    startedAt: string
    /** The page of the whole run. */
    url: string
  }
  jobUrl: string
  /** The part of the bin's work that this job does; null if it does all of it. */
  part: GatherPart | null
  /** The job starts no write after this time, so that writes in flight end before GitLab kills it. */
  writeUntil: string
  /** Whether this run includes a stage. */
  isWanted: (stage: Stage) => boolean
  /**
   * The run whose plan a stage may apply: the resumed run, if this run starts from that stage and is no dry run.
   * Otherwise null.
   */
  planOf: (stage: Stage) => WantedRun | null
  /** The run to take a stage's files from: this run, or the resumed one for stages that this run does not run. */
  runOf: (producer: string) => WantedRun
  isDryRun: boolean
  /** Whether this run resumes an earlier one. */
  isResumed: boolean
}

/**
 * Reads the variables of a GitLab job.
 * Throws an `ExpectedError` that names missing or malformed variables, never their values. `runOf` throws one if this
 * run does not run a stage and resumes no run to take its files from.
 */
export function ciSettings(environment: Readonly<Record<string, string | undefined>>): CiSettings {
  const given = read(schema, environment)
  return {
    gitlab: projectOf(given),
    run: {
      id: given.RUN_ID,
      commit: given.CI_COMMIT_SHA,
      pipelineId: Number(given.CI_PIPELINE_ID),
      startedAt: new Date(given.RUN_STARTED_AT).toISOString(),
      url: `${given.CI_PROJECT_URL}/-/pipelines/${given.RUN_ID}`,
    },
    jobUrl: given.CI_JOB_URL,
    part: given.CI_NODE_TOTAL > 1 ? { index: given.CI_NODE_INDEX ?? 0, of: given.CI_NODE_TOTAL } : null,
    writeUntil: new Date(
      Date.parse(given.CI_JOB_STARTED_AT) + (given.CI_JOB_TIMEOUT - ENDING_SECONDS) * 1000,
    ).toISOString(),
    isWanted: stage => isAtOrAfter(stage, given.START_FROM),
    planOf: ({ stage }) =>
      stage === given.START_FROM && given.RESUME_RUN !== '' && given.DRY_RUN !== 'true'
        ? { id: given.RESUME_RUN, commit: null }
        : null,
    isDryRun: given.DRY_RUN === 'true',
    isResumed: given.RESUME_RUN !== '',
    runOf(producer) {
      const stage = findStage(producer)
      if (stage && isAtOrAfter(stage, given.START_FROM))
        return { id: given.RUN_ID, commit: given.CI_COMMIT_SHA }
      // People often resume a run after they fixed the code, so the earlier run may have another commit.
      if (given.RESUME_RUN !== '') return { id: given.RESUME_RUN, commit: null }
      throw badInput('NO_RUN_TO_RESUME', {
        message: `this run starts from ${given.START_FROM}, and resumes no run with the artifacts of ${producer}`,
        next: 'Start again with resume_run set to the id of an earlier run.',
      })
    },
  }
}

/** Reads only the variables of the project, for a job that belongs to no run. */
export function ciProject(environment: Readonly<Record<string, string | undefined>>): GitlabSettings {
  return projectOf(read(projectSchema, environment))
}

const taskSchema = z.object({
  CI_JOB_URL: z.url(),
  CI_PIPELINE_ID: runId,
  RESUME_RUN: runId.or(z.literal('')).default(''),
  ...projectSchema.shape,
})

/** Reads the variables of a task that a person starts. `namedRun` is the run that they named; undefined if none. */
export function ciTask(environment: Readonly<Record<string, string | undefined>>) {
  const given = read(taskSchema, environment)
  return {
    gitlab: projectOf(given),
    pipelineId: given.CI_PIPELINE_ID,
    jobUrl: given.CI_JOB_URL,
    namedRun: given.RESUME_RUN || undefined,
  }
}

function read<Value>(
  schema: z.ZodType<Value, unknown>,
  environment: Readonly<Record<string, string | undefined>>,
): Value {
  const parsed = schema.safeParse(environment)
  if (parsed.success) return parsed.data
  const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))]
  throw badInput('CI_VARIABLES_INVALID', {
    message: `these variables are missing or malformed: ${names.join(', ')}`,
    next: 'Start the root pipeline: its trigger jobs set them.',
  })
}

function projectOf(given: z.infer<typeof projectSchema>): GitlabSettings {
  return { apiUrl: given.CI_API_V4_URL, projectId: given.CI_PROJECT_ID, jobToken: given.CI_JOB_TOKEN }
}
