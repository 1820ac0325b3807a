import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { findStage, type Stage } from '../../pipeline/index.ts'
import { writeManifest } from '../index.ts'

/** One job of the project; `zip` null is a job whose artifacts are gone. */
export type Job = {
  id: number
  name: string
  pipeline: number
  commit: string
  zip: Uint8Array | null
  /** Success unless told. */
  status?: string
  /** Whether GitLab refuses to give its artifacts. */
  refused?: boolean
}

export const TOKEN = 'a-job-token'
export const COMMIT = 'c0ffee'

export type JobServer = AsyncDisposable & {
  url: string
  pages: string[]
  /** What the object storage was sent as a token. */
  storageTokens: (string | undefined)[]
}

/** GitLab's two calls, over jobs that may come in any order; downloads are sent on to another origin. */
export async function startJobServer(jobs: readonly Job[]): Promise<JobServer> {
  const newestFirst = [...jobs].sort((one, other) => other.id - one.id)
  const pages: string[] = []
  const storageTokens: (string | undefined)[] = []
  const jobOf = (path: string) => newestFirst.find(({ id }) => path.includes(`/${id}/`))

  const storage = await listen((request, response) => {
    storageTokens.push(request.headers['job-token']?.toString())
    response.end(jobOf(request.url ?? '')?.zip)
  })
  const api = await listen((request, response) => {
    if (request.headers['job-token'] !== TOKEN) return response.writeHead(401).end()
    const url = new URL(request.url ?? '/', 'http://gitlab')
    if (url.pathname === '/api/v4/projects/7/jobs') {
      const page = Number(url.searchParams.get('page'))
      const size = Number(url.searchParams.get('per_page'))
      const scope = url.searchParams.getAll('scope[]')
      if (scope.length === 0 || size > 100) return response.writeHead(400).end()
      pages.push(url.search)
      const listed = newestFirst.filter(({ status = 'success' }) => scope.includes(status))
      const rows = listed.slice((page - 1) * size, page * size)
      return response.end(
        JSON.stringify(
          rows.map(({ id, name, pipeline, commit }) => ({
            id,
            name,
            pipeline: { id: pipeline },
            commit: { id: commit },
          })),
        ),
      )
    }
    const job = jobOf(url.pathname)
    if (job?.refused) return response.writeHead(403).end('{"message":"403 Forbidden"}')
    if (!job?.zip) return response.writeHead(404).end('{"message":"404 Not Found"}')
    return response.writeHead(302, { location: `${storage.url}${url.pathname}` }).end()
  })
  return {
    url: `${api.url}/api/v4`,
    pages,
    storageTokens,
    async [Symbol.asyncDispose]() {
      await api.close()
      await storage.close()
    },
  }
}

async function listen(handler: RequestListener) {
  const server = createServer(handler)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    },
  }
}

export function stageOf(name: string): Stage {
  return findStage(name) ?? fail(name)
}

function fail(name: string): never {
  throw new Error(`no stage ${name}`)
}

/** Texts by their paths, zipped. */
export function zipped(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))
}

/** The artifacts of a stage's last job, with the manifest that the stage itself would write. */
export async function zipOf(
  stage: string,
  runId: string,
  files: Readonly<Record<string, string>>,
  options: { afterwards?: Readonly<Record<string, string>>; commit?: string } = {},
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'zip-'))
  try {
    await mkdir(join(folder, 'summaries'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    await writeManifest(stageOf(stage), folder, { id: runId, commit: options.commit ?? COMMIT })
    const manifest = await readFile(join(folder, 'manifest.json'), 'utf8')
    const entries = Object.entries({ ...files, ...options.afterwards, 'manifest.json': manifest })
    return zipped(Object.fromEntries(entries.map(([name, text]) => [`packages/${stage}/data/${name}`, text])))
  } finally {
    await rm(folder, { recursive: true })
  }
}
