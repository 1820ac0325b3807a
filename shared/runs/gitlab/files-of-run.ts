import { type GatherPart, partText, STAGES, type Stage } from '../../pipeline/index.ts'
import {
  dataFolderOf,
  type FileNames,
  type GitlabJob,
  type GitlabProject,
  JOB_RECORD,
  jobNameOf,
  jobRecordIn,
  joinedParts,
  splitJobName,
} from '../handover/index.ts'

/** The files of one job of a run. A stage has one such job, its last; if its bins are independent, one per bin. */
export type FilesOfJob = {
  stage: Stage
  job: GitlabJob
  files: Map<string, Uint8Array>
  /** Its part, if several jobs share the work of a bin. */
  share?: GatherPart
}

type Options = {
  /** The jobs to search, newest first. Default: the project's jobs in pipelines that are newer than the run's root. */
  jobs?: AsyncIterable<GitlabJob> | Iterable<GitlabJob>
  /** Called before the download of a job's artifacts. Returns a function that gets the bytes received so far. */
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
    const part = partOf(job)
    if (!part || found.has(part.name)) continue
    const { stage, share } = part
    const folder = dataFolderOf(stage.stage)
    const files = await project.artifacts(job, folder, namesOf(stage), watch?.(job))
    if (typeof files === 'string') {
      onRefused?.(job, files)
      continue
    }
    if (jobRecordIn(files.get(JOB_RECORD))?.run_id !== runId) continue
    found.add(part.name)
    yield { stage, job, files, ...(share ? { share } : {}) }
  }
}

/** The part of a stage that each job has: the whole stage, one bin, or a share of a bin's work. */
type Part = { stage: Stage; name: string; share?: GatherPart }

const PARTS: ReadonlyMap<string, Part> = new Map(
  STAGES.flatMap(stage =>
    stage.bins.map(({ bin }): [string, Part] => [
      jobNameOf(stage.stage, bin),
      { stage, name: stage.independentBins ? `${stage.stage} ${bin}` : stage.stage },
    ]),
  ),
)

/** The part of a run that a job belongs to; undefined for any other job. */
export function partOf(job: Pick<GitlabJob, 'name'>): Part | undefined {
  const { name, part: share } = splitJobName(job.name)
  const part = PARTS.get(name)
  return part && share ? { ...part, name: `${part.name} ${partText(share)}`, share } : part
}

/** If a stage's jobs share the work of its bin, their files as those of a single job. Otherwise undefined. */
export function joinedShares(
  stage: string,
  jobs: readonly Pick<FilesOfJob, 'share' | 'files'>[],
): Map<string, Uint8Array> | undefined {
  const of = jobs.find(({ share }) => share)?.share?.of
  if (of === undefined) return undefined
  const inOrder = jobs.toSorted((one, other) => (one.share?.index ?? 0) - (other.share?.index ?? 0))
  return joinedParts(
    stage,
    inOrder.map(({ files }) => files),
    of,
  )
}
