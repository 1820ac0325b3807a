import { STAGES, type Stage } from '../../pipeline/index.ts'
import {
  dataFolderOf,
  type FileNames,
  type GitlabJob,
  type GitlabProject,
  JOB_RECORD,
  jobNameOf,
  jobRecordIn,
} from '../handover/index.ts'

/** The files of one job of a run: a stage's last job, or each bin's job if every bin hands on its own files. */
export type FilesOfJob = { stage: Stage; job: GitlabJob; files: Map<string, Uint8Array> }

type Options = {
  /** The jobs to look among, newest first. By default the project's, of later pipelines than the run's root. */
  jobs?: AsyncIterable<GitlabJob> | Iterable<GitlabJob>
  /** Called before a job's artifacts are downloaded. What it gives is called with the bytes received so far. */
  watch?: (job: GitlabJob) => (received: number) => void
  /** Called with a job that has no artifacts to read, and why. */
  onRefused?: (job: GitlabJob, why: string) => void
}

/**
 * The files of each stage's last job in a run, newest job first, whether the job succeeded or failed. A job's record
 * says which run the job belongs to.
 */
export async function* filesOfRun(
  project: GitlabProject,
  runId: string,
  namesOf: (stage: Stage) => FileNames,
  { jobs = project.jobs(['success', 'failed', 'canceled'], Number(runId)), watch, onRefused }: Options = {},
): AsyncGenerator<FilesOfJob> {
  const found = new Set<string>()
  for await (const job of jobs) {
    const part = PARTS.get(job.name)
    if (!part || found.has(part.name)) continue
    const { stage } = part
    const folder = dataFolderOf(stage.stage)
    const files = await project.artifacts(job, folder, namesOf(stage), watch?.(job))
    if (typeof files === 'string') {
      onRefused?.(job, files)
      continue
    }
    if (jobRecordIn(files.get(JOB_RECORD))?.run_id !== runId) continue
    found.add(part.name)
    yield { stage, job, files }
  }
}

/** The part of a stage that each job has: the whole stage, or one bin. */
type Part = { stage: Stage; name: string }

const PARTS: ReadonlyMap<string, Part> = new Map(
  STAGES.flatMap(stage =>
    stage.bins.map(({ bin }): [string, Part] => [
      jobNameOf(stage.stage, bin),
      { stage, name: stage.binsApart ? `${stage.stage} ${bin}` : stage.stage },
    ]),
  ),
)

/** The part of a run that a job belongs to; undefined for any other job. */
export function partOf({ name }: Pick<GitlabJob, 'name'>): Part | undefined {
  return PARTS.get(name)
}
