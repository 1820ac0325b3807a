import { createHash } from 'node:crypto'
import { MAX_TEXT_BYTES, readSmallText, utf8Text } from '../../runtime/artifacts/index.ts'
import { badInput, upstreamFailed } from '../../runtime/errors/index.ts'
import { type Answer, type Call, exchange, type HttpContext, refused } from '../http/index.ts'

/** A local file, or a file of a GitLab project. */
export type OverrideSource =
  | { file: string }
  | {
      gitlabUrl: string
      /** Id or full path, such as `support/overrides`. */
      project: string
      path: string
      /** Branch, tag or commit. */
      ref: string
      token: string
    }

const LOCAL_FILE = {
  missing: 'OVERRIDES_MISSING',
  tooLarge: 'OVERRIDES_TOO_LARGE',
  notText: 'OVERRIDES_NOT_TEXT',
  next: 'Check OVERRIDES_FILE or --overrides.',
}

/**
 * Reads the text of the override file, unparsed.
 * Throws `ExpectedError`: OVERRIDES_MISSING, OVERRIDES_TOO_LARGE, OVERRIDES_NOT_TEXT or OVERRIDES_NOT_A_FILE (bad
 * input), INCOMPLETE_READ (upstream), a refusal by GitLab, or what `exchange` throws.
 */
export async function readOverrideText(source: OverrideSource, context: HttpContext): Promise<string> {
  return 'file' in source ? readSmallText(source.file, LOCAL_FILE) : readFromGitlab(source, context)
}

/** https://docs.gitlab.com/api/repository_files/#get-raw-file-from-repository */
async function readFromGitlab(
  source: Exclude<OverrideSource, { file: string }>,
  context: HttpContext,
): Promise<string> {
  const { gitlabUrl, project, path, ref, token } = source
  const url = new URL(
    `api/v4/projects/${encodeURIComponent(project)}/repository/files/${encodeURIComponent(path)}/raw`,
    gitlabUrl.endsWith('/') ? gitlabUrl : `${gitlabUrl}/`,
  )
  url.searchParams.set('ref', ref)
  const call: Call = {
    service: 'GitLab',
    settings: 'GITLAB_URL, OVERRIDES_PROJECT, OVERRIDES_PATH, OVERRIDES_REF and OVERRIDES_TOKEN',
    method: 'GET',
    url: url.href,
    headers: { [tokenHeader(token)]: token },
    safeToRepeat: true,
    answer: 'bytes',
    maxBodyBytes: MAX_TEXT_BYTES,
  }
  const answer = await exchange(call, context)
  const where = `${path} of ${project} at ${ref}`
  if (answer.status === 404) {
    // GitLab also answers 404 to a token that may not read the project.
    throw badInput('OVERRIDES_MISSING', {
      message: `GitLab has no ${where}`,
      next: `Check ${call.settings}.`,
    })
  }
  if (answer.status >= 400) throw refused(call, answer)
  const sum = answer.headers.get(SUM)
  if (sum === null || isPage(answer)) {
    throw badInput('OVERRIDES_NOT_A_FILE', {
      message: `GitLab did not send the file ${where}`,
      next: 'Check OVERRIDES_TOKEN.',
    })
  }
  // Half of a list is also a list: without the other half, overrides would be lost.
  if (createHash('sha256').update(answer.bytes).digest('hex') !== sum) {
    throw upstreamFailed('INCOMPLETE_READ', {
      message: `GitLab sent ${where} incomplete: its checksum does not match`,
      next: 'Start the stage again. It wrote nothing from this incomplete read.',
    })
  }
  return utf8Text(answer.bytes, where, { ...LOCAL_FILE, next: `Check ${call.settings}.` })
}

/** The header with a file's SHA-256 checksum in hexadecimal. GitLab sends it only with a file. */
const SUM = 'x-gitlab-content-sha256'

/** A job token starts with a prefix of its own or is a JWT, and has its own header. All other tokens use PRIVATE-TOKEN. */
function tokenHeader(token: string): string {
  return /^(glcbt-|eyJ)/.test(token) ? 'JOB-TOKEN' : 'PRIVATE-TOKEN'
}

/** Without a login, GitLab sends a sign-in page with status 200. */
function isPage({ headers }: Answer): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '')
}
