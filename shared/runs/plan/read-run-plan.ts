import { statSync } from 'node:fs'
import { join } from 'node:path'
import {
  byKind,
  type Continuation,
  type EarlierRemovals,
  guardError,
  type Held,
  settledResults,
} from '../../domain/index.ts'
import {
  organizationSync,
  PLANNED_SYNCS,
  type PlannedSync,
  planArtifacts,
  resultsOf,
  USER_SYNC,
} from '../../pipeline/index.ts'
import { allRecords, readBatches } from '../../runtime/artifacts/index.ts'
import { resumeCommand } from '../../runtime/bin/consents.ts'
import { ExpectedError, reasonOf } from '../../runtime/errors/index.ts'
import { readLastRun } from '../../runtime/records/index.ts'
import {
  checkPlan,
  organizationPlanView,
  type PlanReader,
  type PlanView,
  type RunPlan,
  type RunSync,
  readOrganizationPlan,
  readUserPlan,
  sumsOf,
  userPlanView,
} from '../../sync/plan/index.ts'
import { artifactPath, dataDirOf, fetchedFrom, isPipelineRun, RUN_RECORD, type Run } from '../find/index.ts'

/** What the syncs of a run will do. A sync with a missing or invalid artifact has the reason instead of a plan. */
export async function readRunPlan(run: Run): Promise<RunPlan> {
  const syncs: RunSync[] = []
  const record = join(run.dir, RUN_RECORD)
  const removals = isPipelineRun(run) ? readLastRun(record).removals : {}
  for (const stage of PLANNED_SYNCS) syncs.push(await readSync(stage, run, removals[stage] ?? []))
  return { plan_of: 'support-sync', run: run.name, syncs }
}

async function readSync(stage: PlannedSync, run: Run, earlier: readonly EarlierRemovals[]): Promise<RunSync> {
  const dataDir = dataDirOf(run, stage)
  const nothing = { stage, plan: null, missing: null, guard: null, held: [], applied: null, sha256: {} }
  try {
    const plan = await readPlanView(stage, dataDir)
    const checked = checkPlan(plan, {
      earlier,
      limits: byKind(({ percent }) => percent),
      consent: () => undefined,
      now: new Date(),
    })
    const guard = guardError(checked, { stage, command: continuationOf(run, stage) })
    return {
      ...nothing,
      plan,
      guard: guard ? reasonOf(guard) : null,
      held: await readHeld(stage, run),
      applied: await readApplied(stage, dataDir),
      sha256: await sumsOf(stage, dataDir),
    }
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    return { ...nothing, missing: reasonOf(error) }
  }
}

/** How to resume the run: on GitLab if it was fetched from there, otherwise with a command. */
function continuationOf(run: Run, stage: PlannedSync): Continuation {
  const fetched = fetchedFrom(run.dir)
  if (fetched) return { startFrom: stage, resumeRun: fetched.run_id }
  const environment = isPipelineRun(run) ? { RUN_DIR: run.dir } : {}
  return resumeCommand({ stage, bin: 'sync' }, dataDirOf(run, stage), environment)
}

async function readPlanView(stage: PlannedSync, dataDir: string): Promise<PlanView> {
  const read: PlanReader = ({ name, schema }) => readBatches(join(dataDir, name), schema)
  if (stage === USER_SYNC.stage) return userPlanView(await readUserPlan(read))
  const sync = organizationSync(stage)
  return organizationPlanView(await readOrganizationPlan(read, sync), sync)
}

/** What the comparison held back. Empty if its stage has no such artifact. */
async function readHeld(stage: PlannedSync, run: Run): Promise<Held[]> {
  const held = stage === USER_SYNC.stage ? undefined : organizationSync(stage).artifacts.held
  const path = held && artifactPath(run, held)
  return held === undefined || path === undefined ? [] : await allRecords(readBatches(path, held.schema))
}

/** The results of this plan by status. Null if there are none, or if they are older than the plan's artifacts. */
async function readApplied(stage: PlannedSync, dataDir: string): Promise<Record<string, number> | null> {
  const { name, schema } = resultsOf(stage)
  const path = join(dataDir, name)
  const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (writtenAt === undefined) return null
  const isOlder = planArtifacts(stage).some(({ name }) => statSync(join(dataDir, name)).mtimeMs > writtenAt)
  if (isOlder) return null
  const counts: Record<string, number> = {}
  const results = await allRecords(readBatches(path, schema))
  for (const { status } of settledResults(results)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
