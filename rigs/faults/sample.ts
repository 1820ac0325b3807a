import type { Cell } from './cells.ts'

/** So many of the cells, by chance. */
export function sampleOf(cells: readonly Cell[], count: number, random: () => number): Cell[] {
  const left = [...cells]
  const picked: Cell[] = []
  while (picked.length < count && left.length > 0)
    picked.push(...left.splice(Math.floor(random() * left.length), 1))
  return picked
}

/** Few cells, by chance, with every call and every fault among them. */
export function coveringSample(cells: readonly Cell[], random: () => number): Cell[] {
  const shuffled = sampleOf(cells, cells.length, random)
  const calls = new Set<unknown>()
  const faults = new Set<unknown>()
  const add = ({ call, fault }: Cell) => {
    calls.add(call)
    faults.add(fault.name)
    return true
  }
  // First those that cover both a call and a fault, so that fewer are left for which one alone is new.
  const both = shuffled.filter(cell => !calls.has(cell.call) && !faults.has(cell.fault.name) && add(cell))
  const either = shuffled.filter(cell => (!calls.has(cell.call) || !faults.has(cell.fault.name)) && add(cell))
  return [...both, ...either]
}
