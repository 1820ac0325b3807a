import { z } from 'zod'
import type { HttpContext } from '../../services/http/index.ts'
import { gitlabCalls } from './gitlab-calls.ts'
import { type GitlabJob, jobSchema } from './gitlab-job.ts'
import type { GitlabSettings, PersonalLogin } from './gitlab-settings.ts'

/** A project's pipelines. A personal token can read them, a job token cannot. */
export type GitlabPipelines = {
  /** The project itself. */
  project: () => Promise<{ path: string; url: string }>
  /** A pipeline; undefined if there is none. */
  pipeline: (id: string) => Promise<Pipeline | undefined>
  /** The jobs of a pipeline and its child pipelines, newest first, with every attempt of a retried job. */
  family: (id: string) => Promise<GitlabJob[]>
}

export type Pipeline = {
  status: string
  /** Whether another pipeline started it. */
  isChild: boolean
}

/** The root pipeline has the run as its child, and the run has the stages. GitLab allows no deeper nesting. */
const MAX_DEPTH = 2

const projectSchema = z.object({ path_with_namespace: z.string(), web_url: z.url() })
const pipelineSchema = z.object({ status: z.string(), source: z.string().nullish() })
/** https://docs.gitlab.com/api/jobs/#list-pipeline-trigger-jobs */
const bridgeSchema = z.object({ downstream_pipeline: z.object({ id: z.int() }).nullish() })

/** All throw an `ExpectedError` if GitLab refuses or is unavailable. */
export function gitlabPipelines(
  settings: GitlabSettings & PersonalLogin,
  context: HttpContext,
): GitlabPipelines {
  const calls = gitlabCalls(settings, context)

  async function familyOf(id: string, depth: number): Promise<GitlabJob[]> {
    const found: GitlabJob[] = []
    const withRetried = new URLSearchParams({ include_retried: 'true' })
    for await (const page of calls.pages(`/pipelines/${id}/jobs`, jobSchema, withRetried)) found.push(...page)
    if (depth === 0) return found
    for await (const page of calls.pages(`/pipelines/${id}/bridges`, bridgeSchema)) {
      for (const { downstream_pipeline: child } of page)
        if (child) found.push(...(await familyOf(String(child.id), depth - 1)))
    }
    return found
  }

  return {
    async project() {
      const { path_with_namespace, web_url } = await calls.read(calls.project, projectSchema)
      return { path: path_with_namespace, url: web_url }
    },
    async pipeline(id) {
      // `project` has already checked that the project exists, so 404 means that the pipeline does not.
      const found = await calls.find(`${calls.project}/pipelines/${id}`, pipelineSchema)
      return found && { status: found.status, isChild: found.source === 'parent_pipeline' }
    },
    async family(id) {
      return (await familyOf(id, MAX_DEPTH)).toSorted((one, other) => other.id - one.id)
    },
  }
}
