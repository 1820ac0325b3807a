import type { Cell } from './cell.ts'

/** Numbers from 0 to below 1 that only the seed decides (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** So many of the cells, by chance. */
export function sampleOf(cells: readonly Cell[], count: number, random: () => number): Cell[] {
  const left = [...cells]
  const picked: Cell[] = []
  while (picked.length < count && left.length > 0)
    picked.push(...left.splice(Math.floor(random() * left.length), 1))
  return picked
}

/** As few cells as it takes, by chance, for every call and every fault to be among them. */
export function coveringSample(cells: readonly Cell[], random: () => number): Cell[] {
  const calls = new Set<unknown>()
  const faults = new Set<unknown>()
  return sampleOf(cells, cells.length, random).filter(({ call, fault }) => {
    if (calls.has(call) && faults.has(fault.name)) return false
    calls.add(call)
    faults.add(fault.name)
    return true
  })
}
