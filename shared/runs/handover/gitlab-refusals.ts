import { ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, UpstreamError } from '../../services/http/index.ts'

/** The first version in which the permission of job tokens to list jobs is neither experimental nor beta. */
const MINIMUM_VERSION = '18.3'

const ALLOWED =
  'The user who runs the pipeline (for a schedule: its owner) needs the role Developer in this project. If job tokens have fine-grained permissions here (Settings, CI/CD, Job token permissions), grant Jobs: Read (READ_JOBS).'

/** The error of a GitLab refusal: what it means and what to do. */
export function gitlabRefused({ method, url }: Call, { status }: Answer): ExpectedError {
  const said = `GitLab refused ${method} ${new URL(url).pathname} with status ${status}.`
  const refusal = (code: string, next: string) =>
    new ExpectedError({ kind: 'bad-input', code, message: said, next })
  switch (status) {
    case 401:
      return refusal(
        'GITLAB_TOKEN_REFUSED',
        `Job tokens may list jobs since GitLab ${MINIMUM_VERSION}: check the version (Help). A token also ends with its job: if the job was cancelled, run it again.`,
      )
    case 403:
      return refusal('GITLAB_NOT_ALLOWED', ALLOWED)
    case 404:
      return refusal('GITLAB_NOT_FOUND', `GitLab shows a project only to its members. ${ALLOWED}`)
    default:
      return refusal(
        'GITLAB_CALL_REFUSED',
        `Check that this GitLab is ${MINIMUM_VERSION} or later, and whether its API has changed.`,
      )
  }
}

/** Explains the rate limit, which is not an outage. Any other error is returned unchanged. */
export function gitlabUnavailable(error: unknown): unknown {
  if (!(error instanceof UpstreamError) || error.status !== 429) return error
  return new UpstreamError({
    code: 'GITLAB_RATE_LIMIT',
    message: error.message,
    next: 'GitLab accepts 200 calls per minute from one job, including those of its runner, and 600 job lists per minute from one user. Run the job again in a few minutes. If it keeps failing, ask your GitLab administrator about the rate limits.',
    status: error.status,
    mayHaveActed: error.mayHaveActed,
    cause: error,
  })
}
