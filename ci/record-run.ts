import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STAGES, type Stage } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { filesOfRun, jobRecordOf, lastRecord, RECORD_FOLDER } from '@support-sync/shared/runs/gitlab'
import { ciSettings, type GitlabProject, gitlabProject, JOB_RECORD } from '@support-sync/shared/runs/handover'
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
import { GATHERED_IDS } from '@support-sync/shared/runtime/bin'
import { ExpectedError, exitCodeOf } from '@support-sync/shared/runtime/errors'
import { printableJson } from '@support-sync/shared/runtime/text'
import { httpContext } from '@support-sync/shared/services/http'
import { lastingLines } from '../cli/pipeline/ending-lines.ts'
import { stageTable } from '../cli/pipeline/stage-table.ts'
import { tellSlack } from '../cli/pipeline/tell-slack.ts'
import { filesOfReport, REPORT } from '../report/files.ts'
import { leaveReport } from '../report/leave-report.ts'
import { jobLog, writeAnnotations, writeReport } from './job-log.ts'

/**
 * `node ci/record-run.ts`: the last job of a run, whether it went well or not. Gathers what the nine stages
 * left into record/run_record.json, shows it, tells Slack what is new, and makes the run's report. Exits with 0 when
 * it could do that.
 */

try {
  await recordThisRun()
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  jobLog.error({ code: error.code, next: error.next }, error.message)
  process.exitCode = exitCodeOf(error)
}

/** In a directory that is gone afterwards, also when that fails: customers' artifacts lie in it. */
async function recordThisRun(): Promise<void> {
  const runDir = await mkdtemp(join(tmpdir(), 'run-'))
  try {
    await recordIn(runDir)
  } finally {
    await rm(runDir, { recursive: true })
  }
}

/** Puts what the report reads into a directory, as a run on a machine of one's own has it. */
async function recordIn(runDir: string): Promise<void> {
  const { gitlab, run, isAsked, isDryRun, jobUrl } = ciSettings(process.env)
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
    await readStages(project, run.id, runDir, isAsked),
    isAsked,
    last,
  )
  await writeReport(join(RECORD_FOLDER, RUN_RECORD), printableJson(record))
  const ids = await collectGatheredIds(record, lastIds, stage => join(runDir, stage))
  await writeReport(join(RECORD_FOLDER, GATHERED_IDS), printableJson(ids))
  await writeReport('reports/junit.xml', junitOf(record.stages, record))
  const attention = attentionText(record)
  const report = attention === null ? "The run's report" : `The run's report. Needs a person: ${attention}`
  await writeAnnotations('reports/annotations.json', {
    [report]: `${jobUrl}/artifacts/file/${RECORD_FOLDER}/${REPORT}`,
    "The run's record": `${jobUrl}/artifacts/browse/${RECORD_FOLDER}`,
  })
  console.log(stageTable(record.stages, true))
  for (const { stage, error } of record.stages) {
    if (error) console.log(`${stage}: ${error.code}: ${error.message}\n→ ${error.next}`)
  }
  for (const line of lastingLines(record)) console.log(line)
  const told = await tellSlack(slackMessage(record, last), process.env)
  if (told !== null) console.log(told)
  await writeReport(join(runDir, RUN_RECORD), JSON.stringify(record))
  console.log(await leaveReport({ dir: runDir, name: run.id }, join(RECORD_FOLDER, REPORT)))
}

/** What each stage left; the report's files are put where it reads them. */
async function readStages(
  project: GitlabProject,
  runId: string,
  runDir: string,
  isAsked: (stage: Stage) => boolean,
): Promise<Map<string, StageRecord>> {
  const namesOf = (stage: Stage) => [...filesOfRecord(stage), ...filesOfReport(stage, isAsked)]
  const found = new Map<string, Map<string, Uint8Array>[]>()
  for await (const { stage, files } of filesOfRun(project, runId, namesOf)) {
    found.set(stage.stage, [...(found.get(stage.stage) ?? []), files])
    writePrivateFiles(join(runDir, stage.stage), files)
  }
  return new Map(
    STAGES.flatMap(stage => {
      const parts = found.get(stage.stage)
      return parts ? [[stage.stage, readStage(stage, together(parts))]] : []
    }),
  )
}

/** Of several job records one with an error: the exit codes are in the summaries, too. */
function together(parts: readonly Map<string, Uint8Array>[]): Map<string, Uint8Array> {
  const jobRecord = jobRecordOf(parts)
  const files = new Map(parts.flatMap(part => [...part]))
  return jobRecord ? files.set(JOB_RECORD, jobRecord) : files
}
