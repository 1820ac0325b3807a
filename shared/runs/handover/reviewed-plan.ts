import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Stage } from '../../pipeline/index.ts'
import { parsedFile, writePrivateFiles } from '../../runtime/artifacts/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { STAMPS, summaryName, summarySchema } from '../../runtime/records/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { JOB_RECORD, jobRecordIn } from './job-record.ts'
import { MANIFEST } from './manifest.ts'
import type { HandoverStore, WantedRun } from './store.ts'
import { incomplete, verifiedFiles } from './verified-files.ts'

/** Lets a stage that makes its own plan apply the plan of an earlier dry run instead of a new one. */

const PLAN_AGAIN = 'Make the plan again with a dry run.'

/** The file in a data directory that names the dry run whose plan the stage applies. */
const REVIEWED_PLAN = 'reviewed_plan.json'
const reviewedSchema = z.object({ run_id: z.string() })

/** The dry run whose plan a stage applies. Undefined if the stage makes a new plan. */
export function reviewedRun(dataDir: string): string | undefined {
  const path = join(dataDir, REVIEWED_PLAN)
  return existsSync(path) ? parsedFile(readFileSync(path), reviewedSchema)?.run_id : undefined
}

/** Removes the file that names the dry run, which an earlier attempt may have left. */
export async function removeReviewedRun(dataDir: string): Promise<void> {
  await rm(join(dataDir, REVIEWED_PLAN), { force: true })
}

/**
 * Copies what a stage left in a dry run into its data directory. Returns whether there was a plan. There is none if that
 * run wrote, or did not reach the stage. Throws an `ExpectedError` if the files do not match their manifest.
 */
export async function pullReviewedPlan(
  stage: Stage,
  dataDir: string,
  store: HandoverStore,
  run: WantedRun,
): Promise<boolean> {
  const outputs = stage.bins.flatMap(({ writes }) => writes.map(({ name }) => name))
  const summaries = stage.bins.map(({ bin }) => summaryName(stage.stage, bin))
  const names = [...outputs, ...summaries, STAMPS, JOB_RECORD, MANIFEST]
  for await (const copy of store.copies({ stage: stage.stage, bin: stage.bins.at(-1)?.bin ?? '' }, run)) {
    const found = await copy.read(names)
    const job = typeof found === 'string' ? undefined : jobRecordIn(found.get(JOB_RECORD))
    if (typeof found === 'string' || job?.run_id !== run.id || !job.dry_run) continue
    const wanted = { origin: copy.origin, stage: stage.stage, run, names: 'all' } as const
    const verified = verifiedFiles(found, wanted)
    if (!('files' in verified)) {
      const refused = [`${copy.origin}: ${verified.why}`]
      throw incomplete({ stage: stage.stage, run, refused, next: PLAN_AGAIN })
    }
    const marker = printableJson({ run_id: run.id })
    writePrivateFiles(
      dataDir,
      new Map([...withoutCounts(verified.files, summaries), [REVIEWED_PLAN, marker]]),
    )
    return true
  }
  return false
}

/** The summaries of gathers without their counts: the next run compares only with what this run gathers. */
function withoutCounts(
  files: ReadonlyMap<string, Uint8Array>,
  summaries: readonly string[],
): Map<string, Uint8Array | string> {
  const changed = new Map<string, Uint8Array | string>(files)
  for (const name of summaries) {
    const summary = parsedFile(files.get(name), summarySchema)
    if (summary) changed.set(name, printableJson({ ...summary, gathered: undefined }))
  }
  return changed
}

/** The error for a dry run whose plan is missing. Nobody would have reviewed a new plan. */
export function planMissing({ stage }: Stage, { id }: WantedRun): ExpectedError {
  return badInput('HANDOVER_MISSING', {
    message: `run ${id} was a dry run, and its plan of ${stage} is missing: it did not get that far, or its artifacts have expired`,
    next: PLAN_AGAIN,
  })
}
