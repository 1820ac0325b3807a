import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findStage, type Stage } from '../../pipeline/index.ts'
import { stoppedByGuard } from '../../runtime/errors/index.ts'
import { PROGRAM } from '../../runtime/text/index.ts'
import { MANIFEST, type Manifest, readManifest } from './manifest.ts'

/**
 * Throws an `ExpectedError` if an earlier stage has run again and the stages between it and this sync have not: the plan
 * is outdated. This can only happen to a sync that takes its plan from another stage.
 */
export async function refuseOutdatedPlan(stage: Stage, runDir: string): Promise<void> {
  const isPlanned = stage.bins.some(({ syncs }) => syncs) && stage.bins.every(({ gathers }) => !gathers)
  if (isPlanned)
    for (const producer of new Set(Object.values(stage.inputs))) await refuseStale(producer, runDir)
}

async function refuseStale(name: string, runDir: string): Promise<void> {
  const manifest = await manifestOf(name, runDir)
  for (const [input, producer] of Object.entries(findStage(name)?.inputs ?? {})) {
    const used = manifest?.inputs[input]
    const now = (await manifestOf(producer, runDir))?.files[input]?.sha256
    if (used !== undefined && now !== undefined && used !== now) {
      throw stoppedByGuard('PLAN_STALE', {
        message: `${name} used an older ${input} than the one that ${producer} has written since`,
        next: `Run ${name} and the stages after it again: ${PROGRAM} run-pipeline --from ${name} --run-dir ${runDir}`,
      })
    }
    await refuseStale(producer, runDir)
  }
}

async function manifestOf(stage: string, runDir: string): Promise<Manifest | null> {
  return readManifest(await readFile(join(runDir, stage, MANIFEST)).catch(() => undefined))
}
