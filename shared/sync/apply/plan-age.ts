import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findStage, type PlannedSync, type Stage, writerOf, writesArtifact } from '../../pipeline/index.ts'
import { parsedFile, sumOfFile } from '../../runtime/artifacts/index.ts'
import type { BinParts, BinRun } from '../../runtime/bin/index.ts'
import { badInput, ExpectedError, stoppedByGuard } from '../../runtime/errors/index.ts'
import {
  addressOf,
  gatheredFrom,
  gathererOf,
  lastWriteByOthers,
  noteWrite,
  readStamps,
  type Stamp,
  summaryPath,
  summarySchema,
} from '../../runtime/records/index.ts'
import type { Environment } from '../../runtime/settings/index.ts'

type Parts = Pick<BinParts, 'artifacts' | 'run'>

/** The maximum age of a plan: people change Zendesk meanwhile. It is higher if you name the run or the plan. */
const MAX_HOURS = 3
const MAX_HOURS_NAMED = 24

/**
 * Throws an `ExpectedError` if a plan was gathered from another address than the configured one, too long ago, or before
 * another run wrote, or if it no longer matches the gathered records. Every gather that the plan depends on counts.
 * Compares only the addresses of services that are configured: a dry run needs none.
 */
async function refuseUnusablePlan({ artifacts, run }: Parts, name: PlannedSync): Promise<void> {
  const stage = findStage(name)
  const { dataDir } = artifacts
  const { environment, options } = run
  if (!stage?.instance) return
  const byName = Object.entries(readStamps(dataDir))
  const stamps = byName.map(([, stamp]) => stamp)
  const ofInstance = byName.filter(([artifact]) => isOfInstance(stage, artifact)).map(([, stamp]) => stamp)
  if (ofInstance.length === 0) {
    if (!options.dryRun)
      run.warn(
        'NO_STAMP',
        'The artifacts have no stamp: the sync cannot check when and where they were gathered',
        [],
      )
    return
  }
  for (const stamp of stamps) refuseOtherAddress(stamp, environment)
  await refuseChanged(stage, byName, dataDir)
  refuseOld(stamps, run)
  const address = addressOf(stage.instance, environment)
  if (address === undefined) return
  refuseIfOthersWrote(address, stamps, run)
  // The run that gathered the accounts may have written before the instance was gathered, but not after it.
  refuseIfOthersWrote(address, ofInstance, run)
}

/** Like `refuseUnusablePlan`, but returns the error, because a dry run shows its plan first. */
export async function unusablePlan(parts: Parts, stage: PlannedSync): Promise<ExpectedError | undefined> {
  try {
    await refuseUnusablePlan(parts, stage)
    return undefined
  } catch (error) {
    if (error instanceof ExpectedError) return error
    throw error
  }
}

/** Notes that this run is writing now, so that older plans of other runs are refused. */
export function notePlanWrites(
  { artifacts: { dataDir }, run: { environment, runId, clock } }: Parts,
  stage: PlannedSync,
): void {
  const row = findStage(stage)
  const address = row?.instance && addressOf(row.instance, environment)
  if (!row || !address) return
  // Bins that you run by hand have no RUN_ID. The gather's run id lets you apply the same plan again.
  const stamps = Object.entries(readStamps(dataDir))
  const gatheredBy = stamps.find(([artifact]) => isOfInstance(row, artifact))?.[1].run_id
  noteWrite(environment, address, environment.RUN_ID || gatheredBy || runId, clock())
}

/** Whether an artifact in a sync's directory was read from the instance that it writes to. */
function isOfInstance({ bins, instance }: Stage, name: string): boolean {
  const artifact = bins.flatMap(({ reads }) => reads).find(one => one.name === name)
  return artifact !== undefined && gatheredFrom(writerOf(artifact)) === instance
}

function refuseOtherAddress(stamp: Stamp, environment: Environment): void {
  const gatherer = gathererOf(stamp)
  if (!gatherer) return
  const address = addressOf(gatheredFrom(gatherer), environment)
  if (address === undefined || stamp.instance === address) return
  throw badInput('OTHER_INSTANCE', {
    message: `${stamp.artifact} was gathered from ${stamp.instance}, but the configured address is ${address}`,
    next: `Gather and plan again: ${gatherer.stage} ${gatherer.bin} reads ${address}.`,
  })
}

async function refuseChanged(
  stage: Stage,
  stamps: readonly [string, Stamp][],
  dataDir: string,
): Promise<void> {
  const compared = comparedAt(stage, dataDir)
  for (const [artifact, stamp] of stamps) {
    const path = join(dataDir, artifact)
    const used = stamps.find(
      ([, other]) =>
        other.stage === stamp.stage && other.artifact === stamp.artifact && other.sha256 !== stamp.sha256,
    )
    if (used) throw stale(stage, `${artifact} was gathered again after the plan was made`)
    if (existsSync(path) && (await sumOfFile(path)) !== stamp.sha256)
      throw stale(stage, `${artifact} has changed since it was gathered at ${stamp.read_at}`)
    if (
      compared !== undefined &&
      stamp.read_at > compared &&
      stage.bins.some(row => writesArtifact(row, artifact))
    )
      throw stale(
        stage,
        `${artifact} was gathered at ${stamp.read_at}, after the plan was made at ${compared}`,
      )
  }
}

/** When a stage with its own compare ran it. Undefined for other stages. */
function comparedAt({ stage, bins }: Stage, dataDir: string): string | undefined {
  if (!bins.some(({ bin }) => bin === 'compare')) return undefined
  const path = summaryPath(dataDir, stage, 'compare')
  return existsSync(path) ? parsedFile(readFileSync(path), summarySchema)?.started_at : undefined
}

function stale({ stage, bins, follows }: Stage, message: string): ExpectedError {
  const compares = bins.some(({ bin }) => bin === 'compare') ? stage : follows[0]
  return stoppedByGuard('PLAN_STALE', {
    message,
    next: `Resume from ${compares}, which makes a new plan. Check that plan.`,
  })
}

function refuseOld(stamps: readonly Stamp[], { options, environment, clock }: BinRun): void {
  const isNamed = options.plan !== undefined || environment.PLAN_NAMED === 'true'
  const hours = isNamed ? MAX_HOURS_NAMED : MAX_HOURS
  const oldest = oldestOf(stamps)
  if (!oldest || clock().getTime() - Date.parse(oldest.read_at) <= hours * 3_600_000) return
  throw stoppedByGuard('PLAN_TOO_OLD', {
    message: `${oldest.artifact} was gathered at ${oldest.read_at}, more than ${hours} hours ago`,
    next: `Start a new run from accounts.${isNamed ? '' : ` A run or a plan that you name (--run-dir, --resume-run, --plan, on GitLab resume_run) may be ${MAX_HOURS_NAMED} hours old.`}`,
  })
}

function refuseIfOthersWrote(
  address: string,
  stamps: readonly Stamp[],
  { environment, runId }: BinRun,
): void {
  // Bins that you run by hand have a run id each.
  const own = new Set([runId, ...stamps.map(({ run_id }) => run_id)])
  const last = lastWriteByOthers(environment, address, own)
  const oldest = oldestOf(stamps)
  if (!last || !oldest || Date.parse(last.at) < Date.parse(oldest.read_at)) return
  throw stoppedByGuard('NEWER_RUN_WROTE', {
    message: `run ${last.run} wrote to ${address} at ${last.at}, after ${oldest.artifact} was gathered at ${oldest.read_at}`,
    next: 'Start a new run from accounts, which compares with the current state. Pause the schedule while you review a plan.',
  })
}

function oldestOf(stamps: readonly Stamp[]): Stamp | undefined {
  return stamps.toSorted((one, other) => Date.parse(one.read_at) - Date.parse(other.read_at))[0]
}
