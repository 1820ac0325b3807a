import { z } from 'zod'
import type { HttpContext } from '../../services/http/index.ts'
import { gitlabCalls } from './gitlab-calls.ts'
import { type GitlabJob, jobSchema } from './gitlab-job.ts'
import type { GitlabSettings, PersonalLogin } from './gitlab-settings.ts'

/** A project's pipelines: what a person's token may read besides, and a job's may not. */
export type GitlabPipelines = {
  /** The project itself. */
  project: () => Promise<{ path: string; url: string }>
  /** A pipeline; undefined if there is none. */
  pipeline: (id: string) => Promise<Pipeline | undefined>
  /** The jobs of a pipeline and of all that its trigger jobs started, newest first; of a retried job each attempt. */
  family: (id: string) => Promise<GitlabJob[]>
}

export type Pipeline = {
  status: string
  /** Whether another pipeline started it. */
  isChild: boolean
}

/** The run below its root, and the stages below the run: GitLab nests no deeper. */
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
      // If the project were not there, `project` would have said so.
      const found = await calls.find(`${calls.project}/pipelines/${id}`, pipelineSchema)
      return found && { status: found.status, isChild: found.source === 'parent_pipeline' }
    },
    async family(id) {
      return (await familyOf(id, MAX_DEPTH)).toSorted((one, other) => other.id - one.id)
    },
  }
}
