import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { badInput, type ExpectedError } from '@support-sync/shared/runtime/errors'

const execute = promisify(execFile)

/** A project on a GitLab server. */
export type Place = {
  /** The server's address, without a trailing slash. */
  server: string
  /** The project's full path, or its id. */
  project: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Well-known servers that are not GitLab. They must not get a token. */
const OTHER_SERVERS = ['github.com', 'bitbucket.org']

/**
 * The project to fetch from (the given one, GITLAB_PROJECT, or that of the remote `origin`) and its server (GITLAB_HOST,
 * that of a project given as an address, or that of `origin`). Throws an `ExpectedError` if either is unknown.
 */
export async function placeOf(
  named: string | undefined,
  environment: Environment,
  root: string,
): Promise<Place> {
  const given = named ?? environment.GITLAB_PROJECT?.trim()
  const host = environment.GITLAB_HOST?.trim()
  // The project may be given as an address.
  const address = given ? parseAddress(given) : undefined
  const origin = given && (host || address) ? undefined : parseAddress(await originOf(root, environment))
  const server = host ? serverOf(host) : (address ?? origin)?.server
  if (server === undefined || OTHER_SERVERS.includes(new URL(server).hostname))
    throw unknown(
      server === undefined
        ? 'no GitLab server is named'
        : `the clone is from ${server}, which is not a GitLab server`,
    )
  const project = (given && (address?.project ?? given)) || (origin && withoutBase(origin, server))
  if (!project) throw unknown('no project is named')
  if (/^\d+$/.test(project) || /^[^\s:]+\/[^\s:]+$/.test(project)) return { server, project }
  throw unknown(`${project} is not the full path of a project`)
}

/** The server and the project in the address of a repository or a project; undefined for any other text. */
export function parseAddress(text: string): Place | undefined {
  const ssh = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(text)
  if (ssh) return { server: `https://${ssh[1]}`, project: pathOf(ssh[2] ?? '') }
  const url = URL.parse(text)
  const project = pathOf(url?.pathname ?? '')
  switch (url?.protocol) {
    // Without the port, which is SSH's.
    case 'ssh:':
      return { server: `https://${url.hostname}`, project }
    case 'https:':
    case 'http:':
      return { server: url.origin, project }
    default:
      return undefined
  }
}

function pathOf(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
}

/** The address in GITLAB_HOST, which may be only a host name. */
function serverOf(host: string): string {
  const url = URL.parse(host.includes('://') ? host : `https://${host}`)
  if (url) return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  throw badInput('CONFIGURATION_INVALID', {
    message: 'GITLAB_HOST is not the address of a server',
    next: 'Set it to a name such as gitlab.example.com, or to an address with https://.',
  })
}

/** The project's path without the folder that GitLab is installed in, if it is not at the root of its server. */
function withoutBase({ project }: Place, server: string): string {
  const base = `${new URL(server).pathname.slice(1)}/`
  return base !== '/' && project.startsWith(base) ? project.slice(base.length) : project
}

/** The address of the clone's remote `origin`; empty without one. */
async function originOf(root: string, environment: Environment): Promise<string> {
  try {
    const args = ['-C', root, 'remote', 'get-url', 'origin']
    return (await execute('git', args, { env: { ...environment } })).stdout.trim()
  } catch {
    return ''
  }
}

function unknown(message: string): ExpectedError {
  return badInput('GITLAB_PROJECT_UNKNOWN', {
    message,
    next: 'Name the project with --project GROUP/NAME (or GITLAB_PROJECT), and the server with GITLAB_HOST.',
  })
}
