import { CALLS, type CallRow } from './calls.ts'
import { canHappen, FAULTS, type FaultRow } from './faults.ts'
import type { Undisturbed } from './undisturbed.ts'

/** A fault of a call, on its first, a middle or its last request. */
export type Cell = { call: CallRow; fault: FaultRow; place: 'first' | 'middle' | 'last'; from: number }

/** Every cell of the matrix. Throws if the undisturbed run does not make one of the calls. */
export function allCells(runs: readonly Undisturbed[]): Cell[] {
  return CALLS.flatMap(call => {
    const made = requestsOf(call, undisturbedOf(call, runs))
    if (made === 0 && !call.provokedBy) throw new Error(`${call.stage} never makes its ${call.name}`)
    return FAULTS.filter(fault => canHappen(fault, call)).flatMap(fault => cellsOf(call, fault, made))
  })
}

/** The undisturbed run of the bin that makes a call. */
export function undisturbedOf(call: CallRow, runs: readonly Undisturbed[]): Undisturbed {
  const found = runs.find(({ stage, bin }) => stage === call.stage && bin === call.bin)
  if (!found) throw new Error(`there is no bin ${call.stage} ${call.bin}`)
  return found
}

/** The number of requests of a call. For polls, the minimum: one per job. */
function requestsOf({ server, kind, method, path }: CallRow, { requests }: Undisturbed): number {
  if (kind === 'poll') return requests[server].filter(({ url }) => url.includes('/update_many')).length
  return requests[server].filter(request => request.method === method && path.test(request.url)).length
}

function cellsOf(call: CallRow, fault: FaultRow, made: number): Cell[] {
  if (call.provokedBy) return [{ call, fault, place: 'first', from: call.from ?? 1 }]
  const places = [
    ['first', 1],
    ['middle', Math.ceil(made / 2)],
    ['last', made],
  ] as const
  const cells = places.map(([place, from]): Cell => ({ call, fault, place, from }))
  // With one or two requests, some places coincide.
  const distinct = cells.filter(({ from }, index) => cells.findIndex(cell => cell.from === from) === index)
  return distinct.filter(({ from }) => !fault.needsEarlier || from > 1)
}
