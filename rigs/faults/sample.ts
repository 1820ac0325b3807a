import type { Cell } from './cells.ts'

/** A random sample of the cells. */
export function sampleOf(cells: readonly Cell[], count: number, random: () => number): Cell[] {
  const left = [...cells]
  const picked: Cell[] = []
  while (picked.length < count && left.length > 0)
    picked.push(...left.splice(Math.floor(random() * left.length), 1))
  return picked
}

/** A small random sample that covers every call and every fault. */
export function coveringSample(cells: readonly Cell[], random: () => number): Cell[] {
  const shuffled = sampleOf(cells, cells.length, random)
  const calls = new Set<unknown>()
  const faults = new Set<unknown>()
  const add = ({ call, fault }: Cell) => {
    calls.add(call)
    faults.add(fault.name)
    return true
  }
  // First the cells that cover a new call and a new fault. This keeps the sample small.
  const both = shuffled.filter(cell => !calls.has(cell.call) && !faults.has(cell.fault.name) && add(cell))
  const either = shuffled.filter(cell => (!calls.has(cell.call) || !faults.has(cell.fault.name)) && add(cell))
  return [...both, ...either]
}
