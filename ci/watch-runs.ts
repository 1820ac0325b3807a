import { RECORD_JOB } from '@support-sync/shared/runs/gitlab'
import {
  ciProject,
  type GitlabJob,
  type GitlabProject,
  gitlabProject,
} from '@support-sync/shared/runs/handover'
import { httpContext } from '@support-sync/shared/services/http'
import { slackLink, slackText } from '@support-sync/shared/services/slack'
import { notifySlack } from '../cli/pipeline/notify-slack.ts'
import { asJob, jobLog } from './job-log.ts'
import { overdueLines, WATCH_JOB } from './overdue.ts'

/**
 * `node ci/watch-runs.ts`: a job of the root pipeline, next to `sync` and without its lock. Posts to Slack, once, if the
 * previous run has not ended or no run has ended for two hours. Exits with 0 if it could check.
 */

/** About two days of hourly runs. */
const JOBS_SEARCHED = 1000

const NEXT = 'Next: check the oldest running pipeline. See docs/pipeline-gitlab.md, "A run that hangs".'

await asJob(main)

async function main(): Promise<void> {
  const { CI_PIPELINE_ID = '', CI_PROJECT_URL = '' } = process.env
  const project = gitlabProject(ciProject(process.env), httpContext({ logger: jobLog }))
  const pipelineId = Number(CI_PIPELINE_ID)
  const lines = overdueLines({ pipelineId, now: Date.now() }, await recentJobs(project))
  if (lines.length === 0) return jobLog.info({}, 'Runs end on time')
  const title = slackLink(`${CI_PROJECT_URL}/-/pipelines`, 'Support sync')
  console.log(lines.join('\n'))
  console.log(await notifySlack([title, ...[...lines, NEXT].map(slackText)].join('\n'), process.env))
}

/** The jobs that show when runs started and ended. */
async function recentJobs(project: GitlabProject): Promise<GitlabJob[]> {
  const found: GitlabJob[] = []
  let searched = 0
  for await (const job of project.jobs([], 0)) {
    if (job.name === WATCH_JOB || job.name === RECORD_JOB) found.push(job)
    searched += 1
    if (searched === JOBS_SEARCHED) break
  }
  return found
}
