import { createServer, type ServerResponse } from 'node:http'

/** A job, as GitLab's API knows it. */
export type ServedJob = {
  id: number
  name: string
  pipeline: number
  commit: string
  /** Null while it runs. */
  exitCode: number | null
  /** Its artifacts; null when it left none. */
  zip: Uint8Array | null
}

export type JobServer = {
  apiUrl: string
  projectId: string
  token: string
  /** What it serves. More may be added, as jobs begin. */
  jobs: ServedJob[]
  /** The id of a job that begins. */
  nextId: () => number
  /** What it was asked and has no answer to: a call that GitLab may know, and this stand-in does not. */
  unknown: readonly string[]
  close: () => Promise<void>
}

const PROJECT_ID = '42'
const TOKEN = 'ci-files-job-token'

/**
 * GitLab's two calls that a job's token is used for: the project's jobs, and a job's artifacts.
 * https://docs.gitlab.com/api/jobs/ · https://docs.gitlab.com/api/job_artifacts/
 */
export async function startJobServer(jobs: ServedJob[] = []): Promise<JobServer> {
  const unknown: string[] = []
  let lastId = Math.max(0, ...jobs.map(({ id }) => id))
  const project = `/api/v4/projects/${PROJECT_ID}`
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gitlab')
    if (request.headers['job-token'] !== TOKEN) return answer(response, 401, { message: '401 Unauthorized' })
    const [, id] = new RegExp(`^${project}/jobs/(\\d+)/artifacts$`).exec(url.pathname) ?? []
    if (url.pathname === `${project}/jobs`) return answer(response, 200, page(jobs, url.searchParams))
    if (id === undefined) unknown.push(`${request.method} ${url.pathname}`)
    const zip = jobs.find(job => job.id === Number(id))?.zip
    return zip ? response.end(zip) : answer(response, 404, { message: '404 Not Found' })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the job server has no port')
  return {
    apiUrl: `http://127.0.0.1:${address.port}/api/v4`,
    projectId: PROJECT_ID,
    token: TOKEN,
    jobs,
    nextId: () => ++lastId,
    unknown,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Newest first. A job that ended with a code that is allowed has failed all the same, and is listed as such. */
function page(jobs: readonly ServedJob[], query: URLSearchParams) {
  const size = Math.min(Number(query.get('per_page') ?? 20), 100)
  const number = Number(query.get('page') ?? 1)
  const scopes = query.getAll('scope[]')
  return jobs
    .map(({ id, name, pipeline, commit, exitCode }) => ({
      id,
      name,
      status: exitCode === null ? 'running' : exitCode === 0 ? 'success' : 'failed',
      commit: { id: commit },
      pipeline: { id: pipeline },
    }))
    .filter(({ status }) => scopes.length === 0 || scopes.includes(status))
    .sort((one, other) => other.id - one.id)
    .slice((number - 1) * size, number * size)
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
