import { findStage } from '@support-sync/shared/pipeline'
import { ciProject, gitlabProject, gitlabStore, pullLatestInputs } from '@support-sync/shared/runs/handover'
import { badInput } from '@support-sync/shared/runtime/errors'
import { httpContext } from '@support-sync/shared/services/http'
import { asJob, jobLog } from './job-log.ts'

/** `node ci/latest-inputs.ts STAGE DATA_DIR`: downloads a stage's inputs from the latest run into a directory. */

await asJob(() => main(process.argv.slice(2)))

async function main([stageName = '', dataDir]: readonly string[]): Promise<void> {
  const stage = findStage(stageName)
  if (!stage || dataDir === undefined) {
    throw badInput('USAGE', {
      message: stage ? 'no directory is named' : `there is no stage "${stageName}"`,
      next: 'Use: node ci/latest-inputs.ts STAGE DATA_DIR.',
    })
  }
  const context = httpContext({ logger: jobLog })
  const store = gitlabStore(gitlabProject(ciProject(process.env), context))
  const run = await pullLatestInputs(stage, dataDir, store)
  jobLog.info({ stage: stage.stage, run }, 'Downloaded the inputs')
}
