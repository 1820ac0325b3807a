import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayOf } from '@support-sync/shared/domain'
import { explain, explanationText } from '@support-sync/shared/runs/explain'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { filesOfRun, lastRecord } from '@support-sync/shared/runs/gitlab'
import { ciTask, type GitlabProject, gitlabProject } from '@support-sync/shared/runs/handover'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { writePrivateFiles } from '@support-sync/shared/runtime/artifacts'
import { badInput, type ExpectedError, exitCodeOf, expectedFrom } from '@support-sync/shared/runtime/errors'
import { screenOf } from '@support-sync/shared/runtime/terminal'
import { printableJson } from '@support-sync/shared/runtime/text'
import { httpContext } from '@support-sync/shared/services/http'
import { plansFile } from '../cli/pipeline/package-files.ts'
import { jobLog, writeAnswer, writeReport } from './job-log.ts'

/**
 * `node ci/ask.ts`: the job of the task `ask`. Explains the record that WHOM names, like `./support-sync explain`, from
 * the artifacts of RESUME_RUN, or of the last run that decided about accounts. WHOM can be any text and never reaches a
 * shell. The job's artifacts have the full answer, and its log shortens email addresses.
 */

/** The stage that a run must have completed before it can be explained. */
const DECIDES = 'processor'

try {
  await answer()
} catch (thrown) {
  const error = expectedFrom(thrown)
  if (!error) throw thrown
  jobLog.error({ code: error.code, next: withoutAddresses(error.next) }, withoutAddresses(error.message))
  process.exitCode = exitCodeOf(error)
}

async function answer(): Promise<void> {
  const query = process.env.WHOM?.trim() ?? ''
  if (query === '') {
    throw badInput('USAGE', {
      message: 'the input whom is empty',
      next: 'Start the task again with a salesforce_id, a Zendesk id, a name or an email address in whom.',
    })
  }
  const { gitlab, pipelineId, jobUrl, namedRun } = ciTask(process.env)
  const project = gitlabProject(gitlab, httpContext({ logger: jobLog }))
  const runDir = await mkdtemp(join(tmpdir(), 'run-'))
  try {
    const name = await pullRun(project, pipelineId, namedRun, runDir)
    const explanation = await explain({ dir: runDir, name }, query, {
      defaults: { plans: plansFile(process.env), overrides: undefined, today: dayOf(new Date()) },
    })
    const text = explanationText(explanation, screenOf({}, process.env))
    await writeAnswer(jobUrl, `The answer, from run ${name}`, {
      'explanation.txt': `${text}\n`,
      'explanation.json': printableJson(explanation),
    })
    console.log(withoutAddresses(text))
  } finally {
    // The artifacts contain customer data.
    await rm(runDir, { recursive: true })
  }
}

/** Downloads a run's artifacts into a directory, in the layout of a local run, and returns the run's id. */
async function pullRun(
  project: GitlabProject,
  pipelineId: string,
  namedRun: string | undefined,
  runDir: string,
): Promise<string> {
  const last =
    namedRun === undefined
      ? await lastRecord(project, { before: pipelineId, isWanted: hasDecided })
      : undefined
  const runId = namedRun ?? last?.record?.run_id
  if (runId === undefined) throw noRun(last?.record === undefined ? (last?.why ?? '') : '')
  if (last?.record) await writeReport(join(runDir, RUN_RECORD), printableJson(last.record))
  let isFound = false
  for await (const { stage, files } of filesOfRun(project, runId, () => 'all')) {
    isFound = true
    writePrivateFiles(join(runDir, stage.stage), files)
  }
  if (!isFound) throw noRun(`run ${runId} has no artifacts, or they have expired`)
  return runId
}

function hasDecided({ stages }: RunRecord): boolean {
  return stages.some(
    ({ stage, state }) => stage === DECIDES && (state === 'done' || state === 'records-failed'),
  )
}

function noRun(message: string): ExpectedError {
  return badInput('NO_RUN', {
    message,
    next: 'Start a run first (the task plan writes nothing), or name one in resume_run.',
  })
}

/** Shortens email addresses to their domain, because more people read a job's log than its artifacts. */
function withoutAddresses(text: string): string {
  return text.replace(/[^\s@<>"'(),;:]+@(?=[^\s@]+)/g, '…@')
}
