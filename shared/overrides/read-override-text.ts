import { readFile, stat } from 'node:fs/promises'
import { Trouble } from '../errors/index.ts'
import { type Call, exchange, type NeighbourContext, refused } from '../http/index.ts'

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

/** Some ten thousand overrides; whatever is longer is another file. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * Reads the override file's text, unparsed.
 * Throws `Trouble`: OVERRIDES_MISSING, OVERRIDES_TOO_LARGE, OVERRIDES_NOT_TEXT or OVERRIDES_NOT_A_FILE (bad
 * input), what GitLab refuses, or what `exchange` throws.
 */
export async function readOverrideText(source: OverrideSource, context: NeighbourContext): Promise<string> {
  return 'file' in source ? readLocal(source.file) : readFromGitlab(source, context)
}

async function readLocal(path: string): Promise<string> {
  const bytes = await readBytes(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw trouble('NOT_TEXT', `${path} is not UTF-8 text.`, 'Name the override file itself, saved as UTF-8.')
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const file = await stat(path)
    // A pipe or a device may have no end.
    if (!file.isFile())
      throw trouble('MISSING', `${path} is no file.`, 'Check OVERRIDES_FILE or --overrides.')
    if (file.size <= MOST_BYTES) return await readFile(path)
  } catch (error) {
    if (error instanceof Trouble) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw trouble('MISSING', `${path} cannot be read (${reason}).`, 'Check OVERRIDES_FILE or --overrides.')
  }
  throw trouble('TOO_LARGE', `${path} has more than ${MOST_BYTES} bytes.`, 'Name the override file itself.')
}

/** https://docs.gitlab.com/api/repository_files/#get-raw-file-from-repository */
async function readFromGitlab(
  source: Exclude<OverrideSource, { file: string }>,
  context: NeighbourContext,
): Promise<string> {
  const { gitlabUrl, project, path, ref, token } = source
  const url = new URL(
    `api/v4/projects/${encodeURIComponent(project)}/repository/files/${encodeURIComponent(path)}/raw`,
    gitlabUrl.endsWith('/') ? gitlabUrl : `${gitlabUrl}/`,
  )
  url.searchParams.set('ref', ref)
  const call: Call = {
    neighbour: 'GitLab',
    settings: 'GITLAB_URL, OVERRIDES_PROJECT, OVERRIDES_PATH, OVERRIDES_REF and OVERRIDES_TOKEN',
    method: 'GET',
    url: url.href,
    headers: { [tokenHeader(token)]: token },
    safeToRepeat: true,
    answer: 'text',
    maxBodyBytes: MOST_BYTES,
  }
  const answer = await exchange(call, context)
  const where = `${path} of ${project} at ${ref}`
  if (answer.status === 404) {
    // GitLab also says so to a token that may not read the project.
    throw trouble('MISSING', `GitLab has no ${where}.`, `Check ${call.settings}.`)
  }
  if (answer.status >= 400) throw refused(call, answer)
  if (isPage(answer.headers.get('content-type'), answer.text)) {
    throw trouble('NOT_A_FILE', `GitLab gave a web page instead of ${where}.`, 'Check OVERRIDES_TOKEN.')
  }
  return answer.text
}

/** A job token, known by its prefix or as a JWT, has its own header; every other kind goes by PRIVATE-TOKEN. */
function tokenHeader(token: string): string {
  return /^(glcbt-|eyJ)/.test(token) ? 'JOB-TOKEN' : 'PRIVATE-TOKEN'
}

/** Who is not signed in is sent to a page that asks him to, with status 200. */
function isPage(contentType: string | null, text: string): boolean {
  return /^text\/html\b/i.test(contentType ?? '') || /^\s*<(?:!doctype|html)\b/i.test(text)
}

function trouble(what: string, message: string, next: string): Trouble {
  return new Trouble('bad-input', `OVERRIDES_${what}`, message, next)
}
