import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { Trouble } from '../errors/index.ts'
import { type Answer, type Call, exchange, type NeighbourContext, refused } from '../http/index.ts'

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
 * input), INCOMPLETE_READ (upstream), what GitLab refuses, or what `exchange` throws.
 */
export async function readOverrideText(source: OverrideSource, context: NeighbourContext): Promise<string> {
  return 'file' in source ? readLocal(source.file) : readFromGitlab(source, context)
}

async function readLocal(path: string): Promise<string> {
  return textOf(await readBytes(path), path)
}

function textOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw trouble('NOT_TEXT', `${where} is not UTF-8 text.`, 'Name the override file itself, saved as UTF-8.')
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
    answer: 'bytes',
    maxBodyBytes: MOST_BYTES,
  }
  const answer = await exchange(call, context)
  const where = `${path} of ${project} at ${ref}`
  if (answer.status === 404) {
    // GitLab also says so to a token that may not read the project.
    throw trouble('MISSING', `GitLab has no ${where}.`, `Check ${call.settings}.`)
  }
  if (answer.status >= 400) throw refused(call, answer)
  const sum = answer.headers.get(SUM)
  if (sum === null || isPage(answer)) {
    throw trouble('NOT_A_FILE', `GitLab gave something else instead of ${where}.`, 'Check OVERRIDES_TOKEN.')
  }
  // Half of a list is a list as well: without its other half, overrides would be lifted.
  if (createHash('sha256').update(answer.bytes).digest('hex') !== sum) {
    throw new Trouble(
      'upstream',
      'INCOMPLETE_READ',
      `GitLab gave ${where} incomplete: its sum is not the one that GitLab says.`,
      'Start the stage again: nothing was written from what was read so far.',
    )
  }
  return textOf(answer.bytes, where)
}

/** GitLab says a file's SHA-256 sum with it, in hexadecimal, and of nothing else than a file. */
const SUM = 'x-gitlab-content-sha256'

/** A job token, known by its prefix or as a JWT, has its own header; every other kind goes by PRIVATE-TOKEN. */
function tokenHeader(token: string): string {
  return /^(glcbt-|eyJ)/.test(token) ? 'JOB-TOKEN' : 'PRIVATE-TOKEN'
}

/** Who is not signed in is sent to a page that asks him to, with status 200. */
function isPage({ headers }: Answer): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '')
}

function trouble(what: string, message: string, next: string): Trouble {
  return new Trouble('bad-input', `OVERRIDES_${what}`, message, next)
}
