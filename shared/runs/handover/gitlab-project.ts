import type { Call, HttpContext } from '../../services/http/index.ts'
import { gitlabCalls } from './gitlab-calls.ts'
import { type GitlabJob, type JobStatus, jobSchema } from './gitlab-job.ts'
import type { GitlabSettings } from './gitlab-settings.ts'
import { type FileNames, unzippedFolder } from './gitlab-zip.ts'

/** A project's jobs and their artifacts: what a job's token may read, and a person's. */
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
type FilesOf<Nothing> = (
  job: Pick<GitlabJob, 'id'>,
  folder: string,
  names: FileNames,
  /** Called with the bytes received so far. */
  onBytes?: (received: number) => void,
) => Promise<Map<string, Uint8Array> | Nothing>

/** A gather of ten thousand accounts has about 5 MB as a zip. */
const MAX_ZIP = 512 * 1024 * 1024

/**
 * Two GitLab calls that accept a job token: https://docs.gitlab.com/ci/jobs/fine_grained_permissions/
 * With a job token this downloads artifacts as runners do, by the call without the project: it only checks whether the
 * token's user may see the job. The project's call checks `artifacts:access`, and on the free tier it accepts no job token.
 * A person's token is accepted by the project's call alone.
 * Both throw an `ExpectedError` if GitLab refuses or is unavailable.
 */
export function gitlabProject(settings: GitlabSettings, context: HttpContext): GitlabProject {
  const calls = gitlabCalls(settings, context)
  const jobsPath = 'jobToken' in settings ? '/jobs' : `${calls.project}/jobs`

  const artifacts: GitlabProject['artifacts'] = async ({ id }, folder, names, onBytes) => {
    const more: Partial<Call> = {
      answer: 'bytes',
      // GitLab may redirect the download to its object storage, by a signed address that needs no token.
      mayLeaveOrigin: true,
      maxBodyBytes: MAX_ZIP,
      ...(onBytes === undefined ? {} : { onBytes }),
    }
    const { call, answer } = await calls.ask(`${jobsPath}/${id}/artifacts`, more)
    if (answer.status === 404) return 'it has no artifacts: they have expired or were erased'
    if (answer.status >= 400) throw calls.refused(call, answer)
    return unzippedFolder(answer.bytes, folder, names) ?? 'its artifacts are not a complete zip'
  }

  return {
    async *jobs(statuses, afterPipeline) {
      const query = new URLSearchParams(statuses.map((status): [string, string] => ['scope[]', status]))
      for await (const page of calls.pages('/jobs', jobSchema, query)) {
        const later = page.filter(({ pipelineId }) => pipelineId > afterPipeline)
        yield* later
        // Ids grow: after a page with only older pipelines there is nothing more to find.
        if (later.length === 0) return
      }
    },

    artifacts,

    async files(...asked) {
      const found = await artifacts(...asked)
      return typeof found === 'string' ? null : found
    },
  }
}
