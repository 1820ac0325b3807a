import { unzipSync } from 'fflate'
import { z } from 'zod'
import { type Call, exchange, type NeighbourContext, notUnderstood, refused } from '../http/index.ts'
import { findStage } from '../pipeline/index.ts'
import { type HandoverStore, LARGEST_FILE } from './store.ts'

export type GitlabSettings = { apiUrl: string; projectId: string; jobToken: string }

const PAGE_SIZE = 100
/** A gather of ten thousand accounts is some 5 MB zipped. */
const LARGEST_ZIP = 512 * 1024 * 1024
/** A hundred thousand successful jobs; a list that is longer has no end. */
const MOST_PAGES = 1_000

const jobsSchema = z.array(
  z.object({
    id: z.int(),
    name: z.string(),
    commit: z.object({ id: z.string() }).nullable(),
    pipeline: z.object({ id: z.int() }),
  }),
)

/** The name of a bin's job. */
export function jobNameOf(stage: string, bin: string): string {
  return `${stage}:${bin}`
}

/**
 * The artifacts of a project's successful jobs. A job token may list jobs and download their artifacts, but not
 * ask which pipeline another has triggered: so the list is searched, and the manifest says whose files they are.
 * https://docs.gitlab.com/ci/jobs/ci_job_token/
 */
export function gitlabStore(settings: GitlabSettings, context: NeighbourContext): HandoverStore {
  return {
    async *copies(producer, run) {
      // A stage is complete with its last bin.
      const name = jobNameOf(producer, findStage(producer)?.bins.at(-1)?.bin ?? '')
      for await (const job of jobsSince(Number(run.id), settings, context)) {
        if (job.name !== name || (run.commit !== null && job.commit?.id !== run.commit)) continue
        yield { origin: `job ${job.id}`, read: names => download(job.id, producer, names, settings, context) }
      }
    },
  }
}

/** Successful jobs, newest first, of the pipelines that a run may have triggered: those made after it. */
async function* jobsSince(runId: number, settings: GitlabSettings, context: NeighbourContext) {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const call = callOf(
      settings,
      `/jobs?${new URLSearchParams({ 'scope[]': 'success', per_page: String(PAGE_SIZE), page: String(page) })}`,
    )
    const answer = await exchange({ ...call, answer: 'json' }, context)
    if (answer.status >= 400) throw refused(call, answer)
    const parsed = jobsSchema.safeParse(answer.json)
    if (!parsed.success) throw notUnderstood(call.neighbour, 'GET /jobs', z.prettifyError(parsed.error))
    const later = parsed.data.filter(({ pipeline }) => pipeline.id > runId)
    yield* later
    // Ids grow, so that behind a page of older pipelines alone there is nothing more to find.
    if (later.length === 0 || parsed.data.length < PAGE_SIZE) return
  }
}

async function download(
  jobId: number,
  producer: string,
  names: readonly string[],
  settings: GitlabSettings,
  context: NeighbourContext,
): Promise<Map<string, Uint8Array> | null> {
  const call: Call = {
    ...callOf(settings, `/jobs/${jobId}/artifacts`),
    answer: 'bytes',
    // GitLab sends the download on to its object storage, by an address that is signed and needs no token.
    mayLeaveOrigin: true,
    maxBodyBytes: LARGEST_ZIP,
  }
  const answer = await exchange(call, context)
  // Expired, or erased.
  if (answer.status === 404) return null
  if (answer.status >= 400) throw refused(call, answer)
  const prefix = `packages/${producer}/data/`
  const paths = new Set(names.map(name => prefix + name))
  return new Map(
    Object.entries(unzipped(answer.bytes, paths)).map(([path, content]) => [
      path.slice(prefix.length),
      content,
    ]),
  )
}

function unzipped(zip: Uint8Array, paths: ReadonlySet<string>): Record<string, Uint8Array> {
  try {
    // A small zip may say that it holds more than there is memory for.
    return unzipSync(zip, {
      filter: ({ name, originalSize }) => paths.has(name) && originalSize <= LARGEST_FILE,
    })
  } catch {
    return {} // Not a zip: there is no manifest in it.
  }
}

function callOf({ apiUrl, projectId, jobToken }: GitlabSettings, path: string): Call {
  return {
    neighbour: 'GitLab',
    settings: "the job's token permissions (Settings, CI/CD)",
    method: 'GET',
    url: `${apiUrl}/projects/${encodeURIComponent(projectId)}${path}`,
    headers: { 'JOB-TOKEN': jobToken },
    safeToRepeat: true,
    answer: 'text',
  }
}
