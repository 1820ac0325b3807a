import { unzipSync } from 'fflate'
import { z } from 'zod'
import {
  type Answer,
  type Call,
  exchange,
  type HttpContext,
  notUnderstood,
} from '../../services/http/index.ts'
import { gitlabRefused, gitlabUnavailable } from './gitlab-refusals.ts'
import { MAX_FILE } from './store.ts'

export type GitlabSettings = { apiUrl: string; projectId: string; jobToken: string }

export type JobStatus = 'success' | 'failed' | 'canceled' | 'running'
export type GitlabJob = {
  id: number
  name: string
  status: string
  commit: string | null
  startedAt: string | null
  finishedAt: string | null
  pipelineId: number
  pipelineStatus: string
}

/** A project's jobs and their artifacts: what a job token may read. */
export type GitlabProject = {
  /** Jobs with these statuses (any if empty), newest first, from pipelines after the given one. */
  jobs: (statuses: readonly JobStatus[], afterPipeline: number) => AsyncGenerator<GitlabJob>
  /**
   * The given files of a job's artifacts, or all, by their names in a folder; or why there are none. Files that are too
   * large are left out.
   */
  artifacts: FilesOf<string>
  /** The same, with null if there are no artifacts. */
  files: FilesOf<null>
}
export type FileNames = readonly string[] | 'all'
type FilesOf<Nothing> = (
  job: Pick<GitlabJob, 'id'>,
  folder: string,
  names: FileNames,
) => Promise<Map<string, Uint8Array> | Nothing>

const PAGE_SIZE = 100
/** A gather of ten thousand accounts has about 5 MB as a zip. */
const MAX_ZIP = 512 * 1024 * 1024
/** 50,000 jobs: GitLab offers no more pages. */
const MAX_PAGES = 500

const jobsSchema = z.array(
  z.object({
    id: z.int(),
    name: z.string(),
    status: z.string(),
    commit: z.object({ id: z.string() }).nullable(),
    started_at: z.iso.datetime({ offset: true }).nullable(),
    finished_at: z.iso.datetime({ offset: true }).nullable(),
    pipeline: z.object({ id: z.int(), status: z.string() }),
  }),
)

/**
 * Two GitLab calls that accept a job token: https://docs.gitlab.com/ci/jobs/fine_grained_permissions/
 * This downloads artifacts as runners do, by the call without the project: it only checks whether the token's user may
 * see the job. The project's call checks `artifacts:access`, and on the free tier it accepts no job token.
 * Both throw an `ExpectedError` if GitLab refuses or is unavailable.
 */
export function gitlabProject(settings: GitlabSettings, context: HttpContext): GitlabProject {
  const ask = (call: Call): Promise<Answer> =>
    exchange(call, context).catch(error => {
      throw gitlabUnavailable(error)
    })

  const artifacts: GitlabProject['artifacts'] = async ({ id }, folder, names) => {
    const call: Call = {
      ...callOf(settings, `/jobs/${id}/artifacts`),
      answer: 'bytes',
      // GitLab may redirect the download to its object storage, by a signed address that needs no token.
      mayLeaveOrigin: true,
      maxBodyBytes: MAX_ZIP,
    }
    const answer = await ask(call)
    if (answer.status === 404) return 'it has no artifacts: they have expired or were erased'
    if (answer.status >= 400) throw gitlabRefused(call, answer)
    const prefix = `${folder}/`
    const named = names === 'all' ? null : new Set(names.map(name => prefix + name))
    const files = unzipped(answer.bytes, path => named?.has(path) ?? isFileIn(prefix, path))
    if (files === undefined) return 'its artifacts are not a complete zip'
    return new Map(Object.entries(files).map(([path, content]) => [path.slice(prefix.length), content]))
  }

  return {
    async *jobs(statuses, afterPipeline) {
      const list = `/projects/${encodeURIComponent(settings.projectId)}/jobs`
      for (let page = 1; page <= MAX_PAGES; page++) {
        const query = new URLSearchParams({ per_page: String(PAGE_SIZE), page: String(page) })
        for (const status of statuses) query.append('scope[]', status)
        const call: Call = { ...callOf(settings, `${list}?${query}`), answer: 'json' }
        const answer = await ask(call)
        if (answer.status >= 400) throw gitlabRefused(call, answer)
        const parsed = jobsSchema.safeParse(answer.json)
        if (!parsed.success) throw notUnderstood(call.service, 'GET /jobs', z.prettifyError(parsed.error))
        const later = parsed.data.filter(({ pipeline }) => pipeline.id > afterPipeline)
        yield* later.map(jobOf)
        // Ids grow: after a page with only older pipelines there is nothing more to find.
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

function jobOf({
  id,
  name,
  status,
  commit,
  pipeline,
  ...row
}: z.infer<typeof jobsSchema>[number]): GitlabJob {
  return {
    id,
    name,
    status,
    commit: commit?.id ?? null,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    pipelineId: pipeline.id,
    pipelineStatus: pipeline.status,
  }
}

/** Whether a path in a zip is a file in the folder. It could also be a folder, or lead out of it. */
function isFileIn(prefix: string, path: string): boolean {
  return path.startsWith(prefix) && path.split('/').every(part => part !== '' && part !== '..')
}

function unzipped(
  zip: Uint8Array,
  isWanted: (path: string) => boolean,
): Record<string, Uint8Array> | undefined {
  // A small zip may claim to be larger than the memory.
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) =>
    isWanted(name) && originalSize <= MAX_FILE
  try {
    return unzipSync(zip, { filter })
  } catch (error) {
    if (isUnzipError(error)) return undefined
    throw error
  }
}

/** Whether an error is from fflate: its code is a number. */
function isUnzipError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}

function callOf({ apiUrl, jobToken }: GitlabSettings, path: string): Call {
  return {
    service: 'GitLab',
    settings: "the job's token permissions (Settings, CI/CD)",
    method: 'GET',
    url: `${apiUrl}${path}`,
    headers: { 'JOB-TOKEN': jobToken },
    safeToRepeat: true,
    answer: 'text',
  }
}
