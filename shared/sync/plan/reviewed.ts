import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type PlannedSync, planArtifacts } from '../../pipeline/index.ts'
import { parsedFile, sumOfFile } from '../../runtime/artifacts/index.ts'
import { badInput } from '../../runtime/errors/index.ts'
import { PROGRAM } from '../../runtime/text/index.ts'
import { type RunPlan, runPlanSchema } from './model.ts'

/** The SHA-256 checksums of the artifacts of a sync's plan, by name. */
export async function sumsOf(stage: PlannedSync, dataDir: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  for (const { name } of planArtifacts(stage)) sums[name] = await sumOfFile(join(dataDir, name))
  return sums
}

/**
 * Makes sure that a sync applies exactly the reviewed plan: every artifact must be identical to the one that the plan file
 * was made from. Throws an `ExpectedError` if one differs, or if the file lacks this sync.
 */
export async function assertAsReviewed(file: string, stage: PlannedSync, dataDir: string): Promise<void> {
  const reviewed = (await readReviewedPlan(file)).syncs.find(sync => sync.stage === stage)
  const again = `Create a plan from these artifacts and review it: ${PROGRAM} plan --run ${runDirOf(dataDir)} --out ${file}`
  if (!reviewed?.plan) {
    throw badInput('PLAN_WITHOUT_STAGE', {
      message: `${file} has no plan of ${stage}`,
      next: again,
    })
  }
  const sums = await sumsOf(stage, dataDir)
  const changed = Object.keys(sums).filter(name => sums[name] !== reviewed.sha256[name])
  if (changed.length === 0) return
  throw badInput('PLAN_STALE', {
    message: `${file} was made from other artifacts: ${changed.join(', ')} changed since`,
    next: again,
  })
}

/** The directory for `plan --run`: the run's, or the packages'. In a package, the data directory is `data`. */
function runDirOf(dataDir: string): string {
  return basename(dataDir) === 'data' ? join(dataDir, '..', '..') : dirname(dataDir)
}

/** Reads a reviewed plan. Throws an `ExpectedError` for a file that is not a plan. */
export async function readReviewedPlan(file: string): Promise<RunPlan> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const plan = parsedFile(text, runPlanSchema)
  if (plan) return plan
  throw badInput('PLAN_INVALID', {
    message: `${file} ${text === undefined ? 'cannot be read' : 'is not a plan'}`,
    next: `Name a file that \`${PROGRAM} plan --out FILE\` wrote.`,
  })
}
