import { ciSettings, gitlabStore, pullInputs } from '@support-sync/shared/handover'
import { neighbourContext } from '@support-sync/shared/http'
import { jsonLog, runForStage } from './run-for-stage.ts'

/** `node tools/ci/pull.ts STAGE [DATA_DIR]`: puts the stage's inputs into its data directory, before its first bin. */

await runForStage(async (stage, dataDir) => {
  const { gitlab, runOf } = ciSettings(process.env)
  await pullInputs(stage, dataDir, gitlabStore(gitlab, neighbourContext({ logger: jsonLog })), runOf)
})
