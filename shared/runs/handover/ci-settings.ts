import { z } from 'zod'
import { findStage, isAtOrAfter, STAGES, type Stage } from '../../pipeline/index.ts'
import { ExpectedError } from '../../runtime/errors/index.ts'
import type { GitlabSettings } from './gitlab-project.ts'
import type { WantedRun } from './store.ts'

const runId = z.string().regex(/^\d+$/, 'must be a pipeline id')

/** What a job may need to see its last writes through and to hand its artifacts over. */
const ENDING_SECONDS = 45

const flag = z.enum(['true', 'false', '']).default('false')

/** Where the jobs are whose artifacts are handed on. */
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
  ...projectSchema.shape,
})

export type CiSettings = {
  gitlab: GitlabSettings
  /** This run. */
  run: {
    id: string
    commit: string
    /** The pipeline that this very job is in: a stage's. */
    pipelineId: number
    startedAt: string
    /** Where a person looks at the whole run. */
    url: string
  }
  jobUrl: string
  /** When the job must have begun its last write: what is under way is to end before GitLab kills it. */
  writeUntil: string
  isAsked: (stage: Stage) => boolean
  /** The run that a stage's files are wanted of: this one's, or the resumed one's for what it did not run. */
  runOf: (producer: string) => WantedRun
  isDryRun: boolean
  /** Whether a person named an earlier run to go on with. */
  isResumed: boolean
}

/**
 * Reads what a GitLab job is told by its variables.
 * Throws a `ExpectedError` that names those that are missing or malformed, and never a value; and `runOf` one when a
 * stage was not run and no run is named to take its files from.
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
    writeUntil: new Date(
      Date.parse(given.CI_JOB_STARTED_AT) + (given.CI_JOB_TIMEOUT - ENDING_SECONDS) * 1000,
    ).toISOString(),
    isAsked: stage => isAtOrAfter(stage, given.START_FROM),
    isDryRun: given.DRY_RUN === 'true',
    isResumed: given.RESUME_RUN !== '',
    runOf(producer) {
      const stage = findStage(producer)
      if (stage && isAtOrAfter(stage, given.START_FROM))
        return { id: given.RUN_ID, commit: given.CI_COMMIT_SHA }
      // A run is often resumed because its code was corrected, so the earlier one may be of another commit.
      if (given.RESUME_RUN !== '') return { id: given.RESUME_RUN, commit: null }
      throw new ExpectedError({
        kind: 'bad-input',
        code: 'NO_RUN_TO_RESUME',
        message: `this run starts from ${given.START_FROM}, and no run is named that has ${producer}'s artifacts`,
        next: 'Start again with resume_run set to the id of an earlier run.',
      })
    },
  }
}

/** The same for a job that belongs to no run: only where the artifacts are. */
export function ciProject(environment: Readonly<Record<string, string | undefined>>): GitlabSettings {
  return projectOf(read(projectSchema, environment))
}

const taskSchema = z.object({
  CI_JOB_URL: z.url(),
  CI_PIPELINE_ID: runId,
  RESUME_RUN: runId.or(z.literal('')).default(''),
  ...projectSchema.shape,
})

/** The same for a task that a person starts: also the run that it is about, where one is named. */
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
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'CI_VARIABLES_INVALID',
    message: `these variables are missing or malformed: ${names.join(', ')}`,
    next: 'Start the root pipeline: its trigger jobs set them.',
  })
}

function projectOf(given: z.infer<typeof projectSchema>): GitlabSettings {
  return { apiUrl: given.CI_API_V4_URL, projectId: given.CI_PROJECT_ID, jobToken: given.CI_JOB_TOKEN }
}
