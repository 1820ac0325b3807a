import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STAGES, type Stage } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import {
  type FilesOfJob,
  filesOfRun,
  joinedShares,
  lastRecord,
  RECORD_FOLDER,
} from '@support-sync/shared/runs/gitlab'
import {
  ciSettings,
  type GitlabProject,
  gitlabProject,
  JOB_RECORD,
  jobRecordOf,
} from '@support-sync/shared/runs/handover'
import {
  attentionText,
  collectGatheredIds,
  filesOfRecord,
  junitOf,
  readStage,
  recordRun,
  type StageRecord,
  slackMessage,
} from '@support-sync/shared/runs/record'
import { writePrivateFiles } from '@support-sync/shared/runtime/artifacts'
import { GATHERED_IDS } from '@support-sync/shared/runtime/records'
import { printableJson } from '@support-sync/shared/runtime/text'
import { httpContext } from '@support-sync/shared/services/http'
import { repeatedFailureLines } from '../cli/pipeline/ending-lines.ts'
import { notifySlack } from '../cli/pipeline/notify-slack.ts'
import { stageTable } from '../cli/pipeline/stage-table.ts'
import { filesOfReport, REPORT } from '../report/files.ts'
import { tryWriteReport } from '../report/try-write-report.ts'
import { asJob, jobLog, writeAnnotations, writeReport } from './job-log.ts'

/**
 * `node ci/record-run.ts`: the last job of a run, whether the run succeeded or failed. Collects the outcome of the nine
 * stages in record/run_record.json, prints it, posts news to Slack, and creates the run's report. Exits with 0 if
 * this succeeds, even if the run failed.
 */

await asJob(recordThisRun)

/** Works in a temporary directory that is always removed, because it contains customer data. */
async function recordThisRun(): Promise<void> {
  const runDir = await mkdtemp(join(tmpdir(), 'run-'))
  try {
    await recordIn(runDir)
  } finally {
    await rm(runDir, { recursive: true })
  }
}

/** Records the run. Downloads the files that the report needs to `runDir`, in the layout of a local run. */
async function recordIn(runDir: string): Promise<void> {
  const { gitlab, run, isWanted, isDryRun, jobUrl } = ciSettings(process.env)
  const project = gitlabProject(gitlab, httpContext({ logger: jobLog }))
  const { record: last, ids: lastIds } = await lastRecord(project, { before: run.id })
  const record = recordRun(
    {
      run_id: run.id,
      commit: run.commit,
      url: run.url,
      dry_run: isDryRun,
      started_at: run.startedAt,
      ended_at: new Date().toISOString(),
    },
    await readStages(project, run.id, runDir, isWanted),
    isWanted,
    last,
  )
  await writeReport(join(RECORD_FOLDER, RUN_RECORD), printableJson(record))
  const ids = await collectGatheredIds(record, lastIds, stage => join(runDir, stage))
  await writeReport(join(RECORD_FOLDER, GATHERED_IDS), printableJson(ids))
  await writeReport('reports/junit.xml', junitOf(record.stages, record))
  const attention = attentionText(record)
  const report = attention === null ? "The run's report" : `The run's report. Needs attention: ${attention}`
  await writeAnnotations('reports/annotations.json', {
    [report]: `${jobUrl}/artifacts/file/${RECORD_FOLDER}/${REPORT}`,
    "The run's record": `${jobUrl}/artifacts/browse/${RECORD_FOLDER}`,
  })
  console.log(stageTable(record.stages, true))
  for (const { stage, error } of record.stages) {
    if (error) console.log(`${stage}: ${error.code}: ${error.message}\n→ ${error.next}`)
  }
  for (const line of repeatedFailureLines(record)) console.log(line)
  const posted = await notifySlack(slackMessage(record, last), process.env)
  if (posted !== null) console.log(posted)
  await writeReport(join(runDir, RUN_RECORD), JSON.stringify(record))
  console.log(await tryWriteReport({ dir: runDir, name: run.id }, join(RECORD_FOLDER, REPORT)))
}

/** Reads each stage's outcome, and writes the files of the report to the run's directory. */
async function readStages(
  project: GitlabProject,
  runId: string,
  runDir: string,
  isWanted: (stage: Stage) => boolean,
): Promise<Map<string, StageRecord>> {
  const namesOf = (stage: Stage) => [...filesOfRecord(stage), ...filesOfReport(stage, isWanted)]
  const found = new Map<string, FilesOfJob[]>()
  for await (const job of filesOfRun(project, runId, namesOf)) {
    const name = job.stage.stage
    found.set(name, [...(found.get(name) ?? []), job])
    if (!job.share) writePrivateFiles(join(runDir, name), job.files)
  }
  const records = new Map<string, StageRecord>()
  for (const stage of STAGES) {
    const jobs = found.get(stage.stage)
    if (!jobs) continue
    const joined = joinedShares(stage.stage, jobs)
    if (joined) writePrivateFiles(join(runDir, stage.stage), joined)
    records.set(stage.stage, readStage(stage, joined ?? together(jobs.map(({ files }) => files))))
  }
  return records
}

/** Merges the files of a stage's jobs. Prefers a job record with an error: the exit codes are also in the summaries. */
function together(parts: readonly Map<string, Uint8Array>[]): Map<string, Uint8Array> {
  const jobRecord = jobRecordOf(parts)
  const files = new Map(parts.flatMap(part => [...part]))
  return jobRecord ? files.set(JOB_RECORD, jobRecord) : files
}
