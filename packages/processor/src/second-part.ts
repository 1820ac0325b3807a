import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  byInstance,
  daySchema,
  INSTANCES,
  type Instance,
  overrideSchema,
  plansUsed,
  planUsedSchema,
} from '@support-sync/shared/domain'
import { type Artifact, artifacts } from '@support-sync/shared/pipeline'
import { bytesOf, partPath, type Reading, type WrittenPart } from '@support-sync/shared/runtime/artifacts'
import { batchesOfThread, SECOND_THREAD_BYTES } from '@support-sync/shared/runtime/parallel'
import { z } from 'zod'
import type { DecidedBy, Findings } from './decide-accounts.ts'
import type { Parts } from './rules.ts'
import type { SuspicionColumns } from './suspicion-columns.ts'

/** What the second thread gets. */
export const secondPartInputSchema = z.object({
  accounts: z.string(),
  /** The part begins with the first account that begins at this byte or after it. */
  from: z.int(),
  /** Where to write each instance's objects. */
  objects: z.record(z.enum(INSTANCES), z.string()),
  plans: z.array(planUsedSchema),
  overrides: z.array(overrideSchema),
  allianceId: z.string().nullable(),
  today: daySchema,
})
type SecondPartInput = z.input<typeof secondPartInputSchema>

/** What the second thread posts: some accounts at a time, and what else there is at the end. */
export type SecondPartBatch = { accounts: SuspicionColumns } | { end: SecondPartEnd }
type DecidedPart = SecondPartEnd & { accounts: readonly SuspicionColumns[] }
type SecondPartEnd = { findings: Findings; written: Readonly<Record<Instance, WrittenPart>> }

export type SecondPart = {
  /** Where it starts. Pass it to `read`. */
  start: NonNullable<Reading['to']>
  /** What the second thread decided. Undefined if it did not decide the whole part. */
  decided: () => DecidedPart | undefined
  /** Stops the thread and removes its files. */
  stop: () => Promise<void>
}

const THREAD = new URL('second-part-thread.ts', import.meta.url)

/** How long an organization takes, relative to an account of the same size. With it, both threads end at the same time. */
const ORGANIZATION_TIME = 0.45
/** This thread decides at least this share of the accounts' file: only it sees how the file begins. */
const MIN_FIRST_PART = 0.1

/**
 * Starts to decide the accounts at the end of a large file in a second thread. Meanwhile, this one reads the
 * organizations and decides the other accounts. If the thread fails for any reason, this one decides all accounts, and
 * so finds the same error.
 */
export function startSecondPart(
  { artifacts: { dataDir, isCounted }, http, run }: Parts,
  { plans, overrides, allianceKey }: DecidedBy,
): SecondPart | undefined {
  const pathOf = ({ name }: Artifact) => join(dataDir, name)
  const bytes = bytesOf(pathOf(artifacts.accounts))
  if (bytes < SECOND_THREAD_BYTES || isCounted(artifacts.accounts)) return undefined

  let organizationBytes = 0
  for (const instance of INSTANCES)
    organizationBytes += bytesOf(pathOf(artifacts.instances[instance].gathered))
  const firstBytes = (bytes - organizationBytes * ORGANIZATION_TIME) / 2
  const from = Math.round(Math.max(firstBytes, bytes * MIN_FIRST_PART))
  const objects = byInstance(instance => partPath(pathOf(artifacts.instances[instance].objects)))
  const input: SecondPartInput = {
    accounts: pathOf(artifacts.accounts),
    from,
    objects,
    plans: plansUsed(plans),
    overrides: [...overrides.byKey.values()],
    allianceId: allianceKey,
    today: run.calendar.today,
  }
  const removeFiles = () => {
    for (const instance of INSTANCES) rmSync(objects[instance], { force: true })
  }
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, http.stop.cancelled])
  const posted = Array.fromAsync(batchesOfThread<SecondPartBatch>(THREAD, input, signal)).catch(
    (thrown: unknown) => {
      if (!signal.aborted) run.logger.debug({ reason: String(thrown) }, 'the second thread failed')
      // This thread may need the space on the disk.
      removeFiles()
      return []
    },
  )
  let decided: DecidedPart | undefined
  return {
    start: {
      byte: from,
      async isEnd() {
        decided = joined(await posted)
        if (decided) run.logger.debug('a second thread decided the last accounts')
        return decided !== undefined
      },
    },
    decided: () => decided,
    async stop() {
      stop.abort()
      await posted
      removeFiles()
    },
  }
}

/** Joins all that a thread posted. Undefined if it did not post the end. */
function joined(batches: readonly SecondPartBatch[]): DecidedPart | undefined {
  const [end] = batches.flatMap(batch => ('end' in batch ? [batch.end] : []))
  const accounts = batches.flatMap(batch => ('accounts' in batch ? [batch.accounts] : []))
  return end && { ...end, accounts }
}
