import { findStage, handoverBin, type Stage } from '../../pipeline/index.ts'
import { badInput, ExpectedError } from '../../runtime/errors/index.ts'
import { MANIFEST, readManifest } from './manifest.ts'
import { pullInputs } from './pull.ts'
import type { HandoverStore } from './store.ts'

/** How many runs to check, newest first. */
const MAX_RUNS = 10

/**
 * Copies a stage's inputs from the latest run that has all of them into a data directory. Returns that run's id.
 * Throws an `ExpectedError` if no run has them.
 */
export async function pullLatestInputs(stage: Stage, dataDir: string, store: HandoverStore): Promise<string> {
  const [artifact, producing] = Object.entries(stage.inputs).at(-1) ?? []
  const from = findStage(producing ?? '')
  const bin = from && artifact !== undefined ? handoverBin(from, artifact) : undefined
  if (!from || bin === undefined) throw new Error(`${stage.stage} has no inputs`)
  const seen = new Set<string>()
  // Any job of any run: the manifest names the run.
  for await (const copy of store.copies({ stage: from.stage, bin }, { id: '0', commit: null })) {
    const found = await copy.read([MANIFEST])
    const manifest = typeof found === 'string' ? null : readManifest(found.get(MANIFEST))
    if (manifest === null || seen.has(manifest.run_id)) continue
    seen.add(manifest.run_id)
    try {
      // The impact of a change can only be computed from all inputs.
      await pullInputs({ ...stage, optionalInputs: [] }, dataDir, store, () => ({
        id: manifest.run_id,
        commit: null,
      }))
      return manifest.run_id
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'HANDOVER_MISSING')) throw error
    }
    if (seen.size === MAX_RUNS) break
  }
  throw badInput('HANDOVER_MISSING', {
    message: `no run has the inputs of ${stage.stage} any more (${seen.size} checked)`,
    next: 'Start a run, with dry_run if it should write nothing.',
  })
}
