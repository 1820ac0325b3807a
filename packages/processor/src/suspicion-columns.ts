import { type Account, type Day, INSTANCES, longId, type Suspicion } from '@support-sync/shared/domain'

/**
 * Some accounts and the suspicions about them. Most accounts may have vanished, on all instances. Columns pass these
 * suspicions on to another thread, because objects would take ten times as long.
 */
export type SuspicionColumns = {
  ids: readonly string[]
  arrs: Float64Array
  /** Undefined for an account without such a suspicion. */
  lastEnds: readonly (Day | null | undefined)[]
  /** All other suspicions, by the account's index, as JSON. As objects they would take four times the memory. */
  others: string
}

/** Collects accounts and suspicions in columns. */
export function suspicionColumns() {
  const ids: string[] = []
  const arrs: number[] = []
  const lastEnds: (Day | null | undefined)[] = []
  const others: [number, Suspicion][] = []
  return {
    add({ salesforce_id, arr }: Pick<Account, 'salesforce_id' | 'arr'>, suspicion: Suspicion | null): void {
      const lastEnd = suspicion?.doubt.instances.length === INSTANCES.length ? suspicion.lastEnd : undefined
      if (suspicion !== null && lastEnd === undefined) others.push([ids.length, suspicion])
      ids.push(salesforce_id)
      arrs.push(arr)
      lastEnds.push(lastEnd)
    },
    length: () => ids.length,
    finish: (): SuspicionColumns => ({
      ids,
      arrs: Float64Array.from(arrs),
      lastEnds,
      others: JSON.stringify(others),
    }),
  }
}

/** The accounts in columns, each with the suspicion about it. */
export function* suspicionsOf(columns: SuspicionColumns): Generator<[id: string, Suspicion | null]> {
  const { ids, arrs, lastEnds } = columns
  const others = new Map<number, Suspicion>(JSON.parse(columns.others))
  for (const [index, id] of ids.entries()) {
    const lastEnd = lastEnds[index]
    if (lastEnd === undefined) yield [id, others.get(index) ?? null]
    else yield [id, vanishedIf(id, arrs[index] ?? 0, lastEnd)]
  }
}

function vanishedIf(id: string, arr: number, lastEnd: Day | null): Suspicion {
  const instances = [...INSTANCES]
  return {
    doubt: { salesforce_id: longId(id), instances, reason: 'vanished', charge_names: [], arr },
    lastEnd,
  }
}
