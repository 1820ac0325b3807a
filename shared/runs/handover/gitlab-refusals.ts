import { ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, UpstreamError } from '../../services/http/index.ts'

/** The first version whose job tokens may list jobs by a permission that is no experiment or beta any more. */
const MINIMUM_VERSION = '18.3'

const ALLOWED =
  'The user who runs the pipeline (of a schedule: its owner) needs the role Developer in this project. Where its job tokens have fine-grained permissions (Settings, CI/CD, Job token permissions), grant Jobs: Read (READ_JOBS).'

/** What GitLab's refusal of a job's token means, and what can be done about it. */
export function gitlabRefused({ method, url }: Call, { status }: Answer): ExpectedError {
  const said = `GitLab refused ${method} ${new URL(url).pathname} with status ${status}.`
  const refusal = (code: string, next: string) =>
    new ExpectedError({ kind: 'bad-input', code, message: said, next })
  switch (status) {
    case 401:
      return refusal(
        'GITLAB_TOKEN_REFUSED',
        `Job tokens may list jobs from GitLab ${MINIMUM_VERSION} on: look at the version (Help). A token also ends with its job: run a job that was cancelled again.`,
      )
    case 403:
      return refusal('GITLAB_NOT_ALLOWED', ALLOWED)
    case 404:
      return refusal('GITLAB_NOT_FOUND', `GitLab shows a project to its members alone. ${ALLOWED}`)
    default:
      return refusal(
        'GITLAB_CALL_REFUSED',
        `Look whether this GitLab is ${MINIMUM_VERSION} or later, and whether its API has changed since.`,
      )
  }
}

/** An outage as it is, but for the rate limit: there it is not GitLab that is ill. */
export function gitlabUnavailable(error: unknown): unknown {
  if (!(error instanceof UpstreamError) || error.status !== 429) return error
  return new UpstreamError({
    code: 'GITLAB_RATE_LIMIT',
    message: error.message,
    next: 'GitLab takes 200 calls a minute of one job, those of its runner included (600 lists of jobs a minute of one user). Run the job again in some minutes. If it lasts, ask whoever administrates GitLab for its rate limits.',
    status: error.status,
    mayHaveActed: error.mayHaveActed,
    cause: error,
  })
}
