import { isKnownName, type Plans, type UnmappedCharge } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { artifactPath, type Run } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { badInput } from '@support-sync/shared/runtime/errors'
import { type Suggestion, suggestSection } from '@support-sync/shared/sync/doubts'

/** A charge name that plans.yml lacks, and its suggested section. Null if no known name is similar. */
export type SuggestedCharge = UnmappedCharge & { suggestion: Suggestion | null }

/** The charge names that were in no section when the processor ran and that still are in none, highest ARR first. */
export async function readUnmapped(run: Run, plans: Plans): Promise<SuggestedCharge[]> {
  const path = artifactPath(run, artifacts.unmappedCharges)
  if (path === undefined) {
    throw badInput('ARTIFACT_MISSING', {
      message: `run ${run.name} has no ${artifacts.unmappedCharges.name}`,
      next: 'Run the processor first, or name another run with --run.',
    })
  }
  const charges: UnmappedCharge[] = await Array.fromAsync(
    readArtifact(path, artifacts.unmappedCharges.schema),
  )
  return charges
    .filter(({ charge_name }) => !isKnownName(plans, charge_name))
    .map(charge => ({ ...charge, suggestion: suggestSection(charge.charge_name, plans) }))
}
