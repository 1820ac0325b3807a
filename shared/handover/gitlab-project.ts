import { unzipSync } from 'fflate'
import { z } from 'zod'
import { type Call, exchange, type NeighbourContext, notUnderstood, refused } from '../http/index.ts'
import { LARGEST_FILE } from './store.ts'

export type GitlabSettings = { apiUrl: string; projectId: string; jobToken: string }

export type JobStatus = 'success' | 'failed' | 'canceled' | 'running'
export type GitlabJob = { id: number; name: string; commit: string | null; pipelineId: number }

/** A project's jobs and what they left: all that a job token may ask for. */
export type GitlabProject = {
  /** Jobs of those statuses, the newest first, of the pipelines made after one. */
  jobs: (statuses: readonly JobStatus[], afterPipeline: number) => AsyncGenerator<GitlabJob>
  /** Some files of a job's artifacts, by their names in a folder; or why there are none. Too large ones are left out. */
  artifacts: FilesOf<string>
  /** The same for who takes what there is: null when there are none. */
  files: FilesOf<null>
}
type FilesOf<Nothing> = (
  job: GitlabJob,
  folder: string,
  names: readonly string[],
) => Promise<Map<string, Uint8Array> | Nothing>

const PAGE_SIZE = 100
/** A gather of ten thousand accounts is some 5 MB zipped. */
const LARGEST_ZIP = 512 * 1024 * 1024
/** A hundred thousand jobs; a list that is longer has no end. */
const MOST_PAGES = 1_000

const jobsSchema = z.array(
  z.object({
    id: z.int(),
    name: z.string(),
    commit: z.object({ id: z.string() }).nullable(),
    pipeline: z.object({ id: z.int() }),
  }),
)

/**
 * GitLab's two calls that a job token may make for this: https://docs.gitlab.com/ci/jobs/ci_job_token/
 * They throw a `Trouble` when GitLab refuses or is unavailable.
 */
export function gitlabProject(settings: GitlabSettings, context: NeighbourContext): GitlabProject {
  const artifacts: GitlabProject['artifacts'] = async ({ id }, folder, names) => {
    const call: Call = {
      ...callOf(settings, `/jobs/${id}/artifacts`),
      answer: 'bytes',
      // GitLab sends the download on to its object storage, by an address that is signed and needs no token.
      mayLeaveOrigin: true,
      maxBodyBytes: LARGEST_ZIP,
    }
    const answer = await exchange(call, context)
    // Expired, or erased.
    if (answer.status === 404) return 'its artifacts are gone'
    if (answer.status >= 400) throw refused(call, answer)
    const prefix = `${folder}/`
    const files = unzipped(answer.bytes, new Set(names.map(name => prefix + name)))
    if (files === undefined) return 'its artifacts are no zip, or a cut one'
    return new Map(Object.entries(files).map(([path, content]) => [path.slice(prefix.length), content]))
  }

  return {
    async *jobs(statuses, afterPipeline) {
      for (let page = 1; page <= MOST_PAGES; page++) {
        const query = new URLSearchParams({ per_page: String(PAGE_SIZE), page: String(page) })
        for (const status of statuses) query.append('scope[]', status)
        const call = callOf(settings, `/jobs?${query}`)
        const answer = await exchange({ ...call, answer: 'json' }, context)
        if (answer.status >= 400) throw refused(call, answer)
        const parsed = jobsSchema.safeParse(answer.json)
        if (!parsed.success) throw notUnderstood(call.neighbour, 'GET /jobs', z.prettifyError(parsed.error))
        const later = parsed.data.filter(({ pipeline }) => pipeline.id > afterPipeline)
        for (const { id, name, commit, pipeline } of later) {
          yield { id, name, commit: commit?.id ?? null, pipelineId: pipeline.id }
        }
        // Ids grow, so that behind a page of older pipelines alone there is nothing more to find.
        if (later.length === 0 || parsed.data.length < PAGE_SIZE) return
      }
    },

    artifacts,

    async files(...asked) {
      const found = await artifacts(...asked)
      return typeof found === 'string' ? null : found
    },
  }
}

function unzipped(zip: Uint8Array, paths: ReadonlySet<string>): Record<string, Uint8Array> | undefined {
  // A small zip may say that it holds more than there is memory for.
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) =>
    paths.has(name) && originalSize <= LARGEST_FILE
  try {
    return unzipSync(zip, { filter })
  } catch (error) {
    if (isUnzipError(error)) return undefined
    throw error
  }
}

/** fflate's own errors are known by a number. */
function isUnzipError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
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
