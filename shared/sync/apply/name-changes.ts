import { nameKey } from '../../runtime/text/index.ts'
import type { Refusal } from '../../services/zendesk/index.ts'
import { failed } from './results.ts'
import { writeItems } from './write-items.ts'
import { batches, type Records, type RecordWrite, type WritingRun } from './writing.ts'

/** An update whose new name Zendesk refused because another organization has it. */
type Waiting = { write: RecordWrite; from: string; to: string; refusal: Refusal }

/** The new names that Zendesk refuses as long as other organizations have them. */
export type NameChanges = {
  /** Postpones a refused name, which a later write may free. Returns false if the write has no name. */
  postpone: (write: RecordWrite, from: string, refusal: Refusal) => boolean
  /** Writes the names that are free now, and records their results. Those that are still taken fail. */
  writePostponed: () => Promise<void>
}

/**
 * Writes names in rounds, as long as one frees another. If they form a circle (A becomes B while B becomes A), one of them
 * is first renamed to `NAME (SALESFORCE_ID)`.
 */
export function nameChanges(records: Records, run: WritingRun): NameChanges {
  const waiting = new Map<number, Waiting>()

  function postpone(write: RecordWrite, from: string, refusal: Refusal): boolean {
    const to = write.values.name
    if (typeof to !== 'string') return false
    waiting.set(write.id, { write, from, to, refusal })
    return true
  }

  /** Sends some names and returns whether any was settled. A name that is still taken waits. */
  async function give(writes: readonly RecordWrite[]): Promise<boolean> {
    const keepWaiting: Records['postpone'] = (write, _, refusal) => {
      const known = waiting.get(write.id)
      if (known) waiting.set(write.id, { ...known, refusal })
      return known !== undefined && refusal.code === 'DuplicateValue'
    }
    const { results } = await writeItems(writes, 'updates', { ...records, postpone: keepWaiting }, run)
    await run.record(results)
    for (const { id } of results) if (id !== null) waiting.delete(id)
    return results.length > 0
  }

  async function writePostponed(): Promise<void> {
    const steppedAside = new Set<number>()
    while (waiting.size > 0) {
      let isAnySettled = false
      for (const batch of batches(freeingFirst([...waiting.values()])))
        if (await give(batch.map(({ write, to }) => named(write, to)))) isAnySettled = true
      if (isAnySettled) continue
      const one = inCircle([...waiting.values()], steppedAside)
      if (!one) break
      steppedAside.add(one.write.id)
      const step = named(one.write, `${one.to} (${one.write.key})`)
      const aside = await writeItems([step], 'updates', records, run)
      if (!aside.results.some(({ status }) => status === 'written')) break
      // Its old name is free now. Its new name waits for the others.
      waiting.set(one.write.id, { ...one, from: `${one.to} (${one.write.key})` })
    }
    const left = [...waiting.values()]
    waiting.clear()
    await run.record(
      left.map(({ write: { key, id }, refusal }) => failed({ action: 'update', key, id }, refusal, ['name'])),
    )
  }

  return { postpone, writePostponed }
}

function named({ action, key, id }: RecordWrite, name: string): RecordWrite {
  return { action, key, id, values: { name } }
}

/** Each after the one that has its new name, so that a long chain needs one round and not one per name. */
function freeingFirst(waiting: readonly Waiting[]): Waiting[] {
  const holders = byOldName(waiting)
  const ordered = new Set<Waiting>()
  for (const start of waiting) {
    const chain = new Set<Waiting>()
    let one: Waiting | undefined = start
    while (one && !ordered.has(one) && !chain.has(one)) {
      chain.add(one)
      one = holders.get(nameKey(one.to))
    }
    for (const link of [...chain].reverse()) ordered.add(link)
  }
  return [...ordered]
}

function byOldName(waiting: readonly Waiting[]): Map<string, Waiting> {
  return new Map(waiting.map(one => [nameKey(one.from), one]))
}

/** One of the organizations in a circle. */
function inCircle(waiting: readonly Waiting[], steppedAside: ReadonlySet<number>): Waiting | undefined {
  const holders = byOldName(waiting)
  return waiting.find(start => {
    if (steppedAside.has(start.write.id)) return false
    const seen = new Set<number>()
    for (let one = holders.get(nameKey(start.to)); one; one = holders.get(nameKey(one.to))) {
      if (one === start) return true
      if (seen.has(one.write.id)) return false
      seen.add(one.write.id)
    }
    return false
  })
}
