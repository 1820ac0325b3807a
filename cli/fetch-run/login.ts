import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { PersonalLogin } from '@support-sync/shared/runs/handover'
import { badInput } from '@support-sync/shared/runtime/errors'

const execute = promisify(execFile)

const GLAB_TIMEOUT_MS = 10_000

/**
 * The token for a GitLab server: GITLAB_TOKEN, or else the token of glab's login.
 * Throws an `ExpectedError` that says how to create one if there is none.
 */
export async function loginTo(
  server: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PersonalLogin> {
  const { host } = new URL(server)
  // GitLab fills in the form: https://docs.gitlab.com/user/profile/personal_access_tokens/
  const page = `${server}/-/user_settings/personal_access_tokens?name=support-sync&scopes=read_api`
  const create = `Create a personal access token with the scope read_api at ${page} and set GITLAB_TOKEN to it`
  const logIn = `\`glab auth login --hostname ${host}\``
  const given = environment.GITLAB_TOKEN?.trim()
  if (given) return { userToken: given, tokenFrom: 'GITLAB_TOKEN', renewToken: `${create}.` }
  const stored = await glabToken(host, environment)
  if (stored) return { userToken: stored, tokenFrom: "glab's login", renewToken: `Log in again: ${logIn}.` }
  throw badInput('GITLAB_TOKEN_MISSING', {
    message: `there is no token for ${host}: GITLAB_TOKEN is not set, and glab has no login there`,
    next: `${create}, or log in with glab: ${logIn}. You need the role Developer in the project.`,
  })
}

/** The token of glab's login, if there is one: https://docs.gitlab.com/cli/config/get/ */
async function glabToken(
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    const args = ['config', 'get', 'token', '--host', host]
    const { stdout } = await execute('glab', args, { env: { ...environment }, timeout: GLAB_TIMEOUT_MS })
    const token = stdout.trim()
    return token === '' || /\s/.test(token) ? undefined : token
  } catch {
    // glab is not installed, or cannot read its configuration. The error above says what to do.
    return undefined
  }
}
