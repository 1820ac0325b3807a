import type { Call, HttpContext } from '../../services/http/index.ts'
import { gitlabCalls } from './gitlab-calls.ts'
import { type GitlabJob, type JobStatus, jobSchema } from './gitlab-job.ts'
import type { GitlabSettings } from './gitlab-settings.ts'
import { type FileNames, unzippedFolder } from './gitlab-zip.ts'

/** A project's jobs and their artifacts. Job tokens and personal tokens can read them. */
export type GitlabProject = {
  /** Jobs with these statuses (any if empty), newest first, from pipelines after the given one. */
  jobs: (statuses: readonly JobStatus[], afterPipeline: number) => AsyncGenerator<GitlabJob>
  /**
   * Some or all files of a job's artifacts, by their names in a folder. If the job has no artifacts, a sentence that says
   * why. Omits files that are too large.
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
 * With a job token, this downloads artifacts as runners do, with the call that does not name the project. GitLab then
 * checks only whether the token's user may see the job. The call that names the project also checks `artifacts:access`,
 * and accepts no job token on the free tier. A personal token works only with the call that names the project.
 * Both throw an `ExpectedError` if GitLab refuses or is unavailable.
 */
export function gitlabProject(settings: GitlabSettings, context: HttpContext): GitlabProject {
  const calls = gitlabCalls(settings, context)
  const jobsPath = 'jobToken' in settings ? '/jobs' : `${calls.project}/jobs`

  const artifacts: GitlabProject['artifacts'] = async ({ id }, folder, names, onBytes) => {
    const more: Partial<Call> = {
      answer: 'bytes',
      // GitLab may redirect the download to its object storage. That address is signed and needs no token.
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
        // Newer pipelines have higher ids, so all further pages have only older pipelines.
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
