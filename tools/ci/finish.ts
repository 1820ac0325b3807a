import { ciSettings, writeManifest } from '@support-sync/shared/handover'
import { runForStage } from './run-for-stage.ts'

/** `node tools/ci/finish.ts STAGE [DATA_DIR]`: writes the manifest of what the stage leaves, after its last bin. */

await runForStage((stage, dataDir) => writeManifest(stage, dataDir, ciSettings(process.env).run))
