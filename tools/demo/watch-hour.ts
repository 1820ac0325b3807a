import { join } from 'node:path'
import type { RequestRecord, Sandbox } from '@support-sync/fixtures/sandbox'
import {
  type ActualHour,
  type ActualStage,
  WRITING_STAGES,
  type WritingStage,
} from '@support-sync/fixtures/story'
import { readArtifact } from '@support-sync/shared/artifacts'
import { type Result, resultSchema } from '@support-sync/shared/domain'
import type { Stage } from '@support-sync/shared/pipeline'
import { dataDirOf, type StageOutcome } from '../pipeline/run-stages.ts'

const INSTANCE_OF = {
  'sync-global': 'global',
  'partner-sync': 'global',
  'sync-usgov': 'usgov',
  'usgov-user-sync': 'usgov',
} as const satisfies Record<WritingStage, 'global' | 'usgov'>

/** Watches one hour: which stage sent which writes, and what everything holds afterwards. */
export function watchHour(sandbox: Sandbox) {
  const writesBefore = new Map<string, number>()
  const requests = new Map<string, RequestRecord[]>()
  const slackBefore = sandbox.slack.messages.length

  return {
    onStart({ stage }: Stage): void {
      if (isWriting(stage)) writesBefore.set(stage, writesOf(sandbox, stage).length)
    },
    onEnd({ stage: { stage } }: Pick<StageOutcome, 'stage'>): void {
      if (isWriting(stage)) requests.set(stage, writesOf(sandbox, stage).slice(writesBefore.get(stage)))
    },
    async actual(
      runDir: string,
      outcomes: readonly Pick<StageOutcome, 'stage' | 'exitCode'>[],
    ): Promise<ActualHour> {
      const stageOf = async (name: WritingStage): Promise<ActualStage> => ({
        exit_code: outcomes.find(({ stage }) => stage.stage === name)?.exitCode ?? -1,
        requests: requests.get(name) ?? [],
        results: await readResults(join(dataDirOf(runDir, name), 'sync_results.json')),
      })
      return {
        stages: {
          'sync-global': await stageOf('sync-global'),
          'partner-sync': await stageOf('partner-sync'),
          'sync-usgov': await stageOf('sync-usgov'),
          'usgov-user-sync': await stageOf('usgov-user-sync'),
        },
        organizations: { global: organizationsOf(sandbox.global), usgov: organizationsOf(sandbox.usgov) },
        users: { global: sandbox.global.users.all(), usgov: sandbox.usgov.users.all() },
        slack: sandbox.slack.messages.slice(slackBefore).map(({ text }) => text),
      }
    },
  }
}

function isWriting(stage: string): stage is WritingStage {
  return WRITING_STAGES.some(name => name === stage)
}

function writesOf(sandbox: Sandbox, stage: WritingStage): RequestRecord[] {
  return sandbox[INSTANCE_OF[stage]].controls.writes
}

function organizationsOf({ organizations }: Sandbox['global']) {
  return organizations.all().map(({ id, name, organization_fields: { salesforce_id } }) => ({
    id,
    name,
    salesforce_id: typeof salesforce_id === 'string' ? salesforce_id : null,
  }))
}

async function readResults(path: string): Promise<Result[]> {
  try {
    return await Array.fromAsync(readArtifact(path, resultSchema))
  } catch {
    return [] // The stage did not come so far; its exit code tells.
  }
}
