import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TRAITS } from '../../domain/index.ts'
import { findStage, type PlannedSync, type Stage, writerOf, writesArtifact } from '../../pipeline/index.ts'
import { parsedFile, sumOfFile } from '../../runtime/artifacts/index.ts'
import type { BinParts, BinRun } from '../../runtime/bin/index.ts'
import { badInput, ExpectedError, stoppedByGuard } from '../../runtime/errors/index.ts'
import {
  addressOf,
  lastWriteByOthers,
  noteWrite,
  readStamps,
  type Stamp,
  summaryPath,
  summarySchema,
} from '../../runtime/records/index.ts'

type Parts = Pick<BinParts, 'artifacts' | 'run'>

/** The maximum age of a plan: people change Zendesk meanwhile. It is higher if you name the run or the plan. */
const MAX_HOURS = 3
const MAX_HOURS_NAMED = 24

/**
 * Throws an `ExpectedError` if a plan was gathered from another address than the configured one, too long ago, or before
 * another run wrote, or if it no longer matches the gathered records. A dry run compares addresses only if one is
 * configured.
 */
async function refuseUnusablePlan({ artifacts, run }: Parts, name: PlannedSync): Promise<void> {
  const stage = findStage(name)
  const { dataDir } = artifacts
  const { environment, options } = run
  if (!stage?.instance) return
  const stamps = Object.entries(readStamps(dataDir))
  const gathered = stamps.filter(([artifact]) => isOfInstance(stage, artifact)).map(([, stamp]) => stamp)
  if (gathered.length === 0) {
    if (!options.dryRun)
      run.warn(
        'NO_STAMP',
        'The artifacts have no stamp: the sync cannot check when and where they were gathered',
        [],
      )
    return
  }
  const address = addressOf(stage.instance, environment)
  const again = `Gather and plan again: ${TRAITS[stage.instance].gatherBin} reads ${address ?? 'the instance'}.`
  for (const { artifact, instance } of gathered) {
    if (address === undefined || instance === address) continue
    throw badInput('OTHER_INSTANCE', {
      message: `${artifact} was gathered from ${instance}, but this sync would write to ${address}`,
      next: again,
    })
  }
  await refuseChanged(stage, stamps, dataDir)
  refuseOld(
    stamps.map(([, stamp]) => stamp),
    run,
  )
  if (address !== undefined) refuseIfOthersWrote(address, gathered, run)
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
function isOfInstance({ bins }: Stage, name: string): boolean {
  const artifact = bins.flatMap(({ reads }) => reads).find(one => one.name === name)
  const gathers = artifact && writerOf(artifact).gathers
  return gathers === 'organizations' || gathers === 'users'
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
  const oldest = stamps.toSorted((one, other) => Date.parse(one.read_at) - Date.parse(other.read_at))[0]
  if (!oldest || clock().getTime() - Date.parse(oldest.read_at) <= hours * 3_600_000) return
  throw stoppedByGuard('PLAN_TOO_OLD', {
    message: `${oldest.artifact} was gathered at ${oldest.read_at}, more than ${hours} hours ago`,
    next: `Start a new run from accounts.${isNamed ? '' : ` A run or a plan that you name (--run-dir, --resume-run, --plan, on GitLab resume_run) may be ${MAX_HOURS_NAMED} hours old.`}`,
  })
}

function refuseIfOthersWrote(
  address: string,
  gathered: readonly Stamp[],
  { environment, runId }: BinRun,
): void {
  const own = new Set([runId, ...gathered.map(({ run_id }) => run_id)])
  const last = lastWriteByOthers(environment, address, own)
  const first = gathered.map(({ read_at }) => read_at).toSorted()[0]
  if (!last || !first || Date.parse(last.at) < Date.parse(first)) return
  throw stoppedByGuard('NEWER_RUN_WROTE', {
    message: `run ${last.run} wrote to ${address} at ${last.at}, after this plan was gathered at ${first}`,
    next: 'Start a new run from accounts, which compares with the current state. Pause the schedule while you review a plan.',
  })
}
