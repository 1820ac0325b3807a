import { STAGES, type Stage } from '@support-sync/shared/pipeline'
import {
  dataFolderOf,
  type FileNames,
  type GitlabProject,
  JOB_RECORD,
  jobNameOf,
  jobRecordIn,
} from '@support-sync/shared/runs/handover'

/** What one job of a run left: a stage's last, or a bin's where each hands on what it wrote itself. */
export type FilesOfJob = { stage: Stage; files: Map<string, Uint8Array> }

/**
 * What each stage left in its last job of a run, the newest job first, whether it went well or not. Runs never overlap,
 * but a job's record says whose it is.
 */
export async function* filesOfRun(
  project: GitlabProject,
  runId: string,
  namesOf: (stage: Stage) => FileNames,
): AsyncGenerator<FilesOfJob> {
  const partOf = new Map(STAGES.flatMap(partsOf).map(part => [part.job, part]))
  const found = new Set<string>()
  for await (const job of project.jobs(['success', 'failed', 'canceled'], Number(runId))) {
    const part = partOf.get(job.name)
    if (!part || found.has(part.name)) continue
    const { stage } = part
    const files = await project.files(job, dataFolderOf(stage.stage), namesOf(stage))
    if (!files || jobRecordIn(files.get(JOB_RECORD))?.run_id !== runId) continue
    found.add(part.name)
    yield { stage, files }
  }
}

/** What of a stage is read from one job: all of it, or a bin's. */
function partsOf(stage: Stage): { job: string; name: string; stage: Stage }[] {
  return stage.bins.map(({ bin }) => ({
    job: jobNameOf(stage.stage, bin),
    name: stage.binsApart ? `${stage.stage} ${bin}` : stage.stage,
    stage,
  }))
}
