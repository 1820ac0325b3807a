import { z } from 'zod'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, UpstreamError } from '../../services/http/index.ts'
import type { GitlabSettings, PersonalLogin } from './gitlab-settings.ts'

/** The first version in which the permission of job tokens to list jobs is neither experimental nor beta. */
const MINIMUM_VERSION = '18.3'

const ALLOWED =
  'The user who runs the pipeline (for a schedule: its owner) needs the role Developer in this project. If job tokens have fine-grained permissions here (Settings, CI/CD, Job token permissions), grant Jobs: Read (READ_JOBS).'

/** The error of a GitLab refusal: what it means and what to do. */
export function gitlabRefused(
  { method, url }: Call,
  { status, text }: Answer,
  settings: GitlabSettings,
): ExpectedError {
  const message = `GitLab refused ${method} ${new URL(url).pathname} with status ${status}`
  const { code, next } =
    'jobToken' in settings ? jobRefusal(status) : personRefusal(status, errorIn(text), settings)
  return badInput(code, {
    message,
    next,
  })
}

type Refusal = { code: string; next: string }

function jobRefusal(status: number): Refusal {
  switch (status) {
    case 401:
      return {
        code: 'GITLAB_TOKEN_REFUSED',
        next: `Job tokens may list jobs since GitLab ${MINIMUM_VERSION}: check the version (Help). A token also ends with its job: if the job was cancelled, run it again.`,
      }
    case 403:
      return { code: 'GITLAB_NOT_ALLOWED', next: ALLOWED }
    case 404:
      return { code: 'GITLAB_NOT_FOUND', next: `GitLab shows a project only to its members. ${ALLOWED}` }
    default:
      return {
        code: 'GITLAB_CALL_REFUSED',
        next: `Check that this GitLab is ${MINIMUM_VERSION} or later, and whether its API has changed.`,
      }
  }
}

function personRefusal(
  status: number,
  error: string | undefined,
  { projectId, renewToken, tokenFrom }: GitlabSettings & PersonalLogin,
): Refusal {
  const role = `You need the role Developer in ${projectId}: ask one of its Maintainers.`
  if (status === 401) {
    const next = `The token in ${tokenFrom} is wrong, has expired or was revoked. ${renewToken}`
    return { code: 'GITLAB_TOKEN_REFUSED', next }
  }
  if (status === 403 && error === 'insufficient_scope')
    return {
      code: 'GITLAB_SCOPE_MISSING',
      next: `The token in ${tokenFrom} lacks the scope read_api. ${renewToken}`,
    }
  if (status === 403 && error === 'insufficient_granular_scope') {
    const next = `A fine-grained token must read the project, its pipelines, their trigger jobs and jobs, and download job artifacts. The one in ${tokenFrom} may not. Edit it, or use one with the scope read_api.`
    return { code: 'GITLAB_SCOPE_MISSING', next }
  }
  if (status === 403) return { code: 'GITLAB_NOT_ALLOWED', next: role }
  if (status === 404) {
    const next = `GitLab shows a private project only to its members. Check the name with --project. ${role}`
    return { code: 'GITLAB_NOT_FOUND', next }
  }
  return {
    code: 'GITLAB_CALL_REFUSED',
    next: `Check that the address is that of a GitLab ${MINIMUM_VERSION} or later, and whether its API has changed.`,
  }
}

/** GitLab's code in an answer about a token: https://docs.gitlab.com/api/rest/authentication/ */
function errorIn(text: string): string | undefined {
  return parsedFile(text, z.object({ error: z.string() }))?.error
}

/** Explains the rate limit, which is not an outage. Any other error is returned unchanged. */
export function gitlabUnavailable(error: unknown, settings: GitlabSettings): unknown {
  if (!(error instanceof UpstreamError) || error.status !== 429) return error
  return new UpstreamError({
    code: 'GITLAB_RATE_LIMIT',
    message: error.message,
    next:
      'jobToken' in settings
        ? 'GitLab accepts 200 calls per minute from one job, including those of its runner, and 600 job lists per minute from one user. Run the job again in a few minutes. If it keeps failing, ask your GitLab administrator about the rate limits.'
        : 'GitLab limits the calls per minute from one user. Try again in a few minutes. If it keeps failing, ask your GitLab administrator about the rate limits.',
    status: error.status,
    mayHaveActed: error.mayHaveActed,
    cause: error,
  })
}
