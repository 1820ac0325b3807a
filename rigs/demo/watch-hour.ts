import { join } from 'node:path'
import type { RequestRecord, Sandbox, ZendeskSandbox } from '@support-sync/fixtures/sandbox'
import {
  type ActualHour,
  byWritingStage,
  WRITING_STAGES,
  type WritingStage,
} from '@support-sync/fixtures/story'
import { byInstance, type Result, resultSchema } from '@support-sync/shared/domain'
import type { Stage } from '@support-sync/shared/pipeline'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { type StageOutcome, stageDir } from '../../cli/pipeline/run-stages.ts'

/** Records one hour: which stage sends which writes, and what each service holds at the end. */
export function watchHour(sandbox: Sandbox) {
  const writesBefore = new Map<string, number>()
  const requests = new Map<string, readonly RequestRecord[]>()
  const slackBefore = sandbox.slack.messages.length

  return {
    onStart(stage: Stage): void {
      writesBefore.set(stage.stage, writesOf(sandbox, stage).length)
    },
    onEnd({ stage }: Pick<StageOutcome, 'stage'>): void {
      requests.set(stage.stage, writesOf(sandbox, stage).slice(writesBefore.get(stage.stage)))
    },
    async actual(
      runDir: string,
      outcomes: readonly Pick<StageOutcome, 'stage' | 'exitCode'>[],
    ): Promise<ActualHour> {
      const results = new Map<WritingStage, Result[]>()
      for (const name of WRITING_STAGES)
        results.set(name, await readResults(join(stageDir(runDir, name), 'sync_results.json')))
      return {
        stages: byWritingStage(name => ({
          exit_code: outcomes.find(({ stage }) => stage.stage === name)?.exitCode ?? -1,
          requests: requests.get(name) ?? [],
          results: results.get(name) ?? [],
        })),
        organizations: byInstance(instance => organizationsOf(sandbox[instance])),
        users: byInstance(instance => sandbox[instance].users.all()),
        slack: sandbox.slack.messages.slice(slackBefore).map(({ text }) => text),
      }
    },
  }
}

/** The writes so far to the instance that a stage writes to. */
function writesOf(sandbox: Sandbox, { instance }: Stage): readonly RequestRecord[] {
  return instance === null ? [] : sandbox[instance].controls.writes
}

function organizationsOf({ organizations }: ZendeskSandbox) {
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
    return [] // The stage ended before it wrote results. Its exit code shows that.
  }
}
