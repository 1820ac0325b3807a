import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  type Account,
  type AccountDecision,
  collectEntitledUntil,
  type Doubt,
  doubtOf,
  INSTANCES,
  type Instance,
  type MatchKey,
  type Organization,
  type Override,
  standingHoldsSchema,
  suspicionOf,
  unmappedNames,
} from '../../domain/index.ts'
import { INSTANCE_SYNCS } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { reasonFor, reasonIn } from '../../sync/doubts/index.ts'
import { RUN_RECORD, type Run } from '../find/index.ts'
import type { AccountExplanation, ExplainedSync } from './model.ts'
import type { Rules } from './rules.ts'

/** Whether the account is in doubt, by the processor's own rule. */
export function accountDoubt(
  key: MatchKey,
  account: Account,
  decided: AccountDecision,
  given: {
    override: Override | undefined
    organizations: Readonly<Record<Instance, readonly Organization[]>>
    rules: Pick<Rules, 'plans' | 'calendar'>
  },
): Doubt | null {
  const { plans, calendar } = given.rules
  const entitledUntil = (instance: Instance) => {
    const days = collectEntitledUntil(calendar)
    for (const organization of given.organizations[instance]) days.add(organization)
    return days.finish().get(key)
  }
  const unmapped = unmappedNames(account, given.rules)
  const suspicion = suspicionOf(account, decided, { override: given.override, unmapped, plans, calendar })
  return suspicion && doubtOf(suspicion, entitledUntil)
}

/** The doubt to show: that of the account, or of an organization with two different ids. */
export function explainDoubt(
  run: Run,
  key: MatchKey | null,
  doubt: Doubt | null,
  syncs: readonly ExplainedSync[],
): AccountExplanation['doubt'] {
  const holds = syncs.flatMap(sync => (sync.held === null ? [] : [{ ...sync.held, stage: sync.stage }]))
  const [first] = holds
  if (doubt === null && first === undefined) return null
  return {
    reason: doubt ? reasonIn(doubt) : reasonFor(first?.reason ?? 'vanished', []),
    instances:
      doubt?.instances ??
      INSTANCES.filter(instance => holds.some(({ stage }) => stage === INSTANCE_SYNCS[instance].stage)),
    since: sinceWhen(
      run,
      key,
      new Set(syncs.flatMap(({ organizations }) => organizations.map(({ id }) => id))),
    ),
  }
}

const recordSchema = z.object({
  holds: standingHoldsSchema.default({}),
  known: z.object({ doubts: z.record(z.string(), z.string()) }).default({ doubts: {} }),
})

/** Since when the account is in doubt or something is held back. Null if the run record does not have it. */
function sinceWhen(run: Run, key: MatchKey | null, ids: ReadonlySet<number>): string | null {
  const path = join(run.dir, RUN_RECORD)
  const record = existsSync(path) ? parsedFile(readFileSync(path), recordSchema) : undefined
  const holds = Object.values(record?.holds ?? {}).flat()
  const days = holds.filter(({ id }) => ids.has(id)).map(({ since }) => since)
  const inDoubt = key === null ? undefined : record?.known.doubts[key]
  return [...days, ...(inDoubt === undefined ? [] : [inDoubt])].sort()[0] ?? null
}
