import type { CallKind, CallRow } from './calls.ts'
import type { Demand, FaultRow } from './faults.ts'

/** What a run may end with. `warns`: as without the fault, and the failure is a warning. */
export type Right = { mustRecover: boolean; exitCodes: readonly number[]; warns: boolean; named: RegExp }

/** What is right for a fault of a call, besides recovering. */
export function rightOutcome({ demand, name }: FaultRow, { name: call, kind, named }: CallRow): Right {
  const right = {
    mustRecover: demand === 'passes',
    exitCodes: exitCodes(demand, name, kind),
    warns: false,
    // Of a server that is gone, any call is as good: several are under way.
    named:
      name === 'down for good'
        ? new RegExp(`did not answer (GET|POST|PUT) |${kind === 'poll' ? 'job|update|mark' : named.source}`)
        : named,
  }
  // A user who is not there any more: that he could not be added says it all.
  if (call === 'look-up after a lost association' && name.startsWith('404'))
    return { ...right, exitCodes: [4], named: /associate/ }
  if (kind === 'post') return { ...right, exitCodes: [], warns: true }
  return right
}

/** What a sync asks about one record, or hands over for some: these fail, and the others are written. */
const OF_RECORDS: readonly CallKind[] = ['create', 'update', 'look-up', 'show']

function exitCodes(demand: Demand, name: string, kind: CallKind): readonly number[] {
  // The job was accepted: what became of its items is told item by item. The batch after it may stop the run.
  if (kind === 'poll') return name === 'down for good' ? [4, 75] : [4]
  // What is no override file is somebody's to mend.
  if (kind === 'file' && name.startsWith('200')) return [2, 75]
  // At everything it is an outage.
  if (demand !== 'refuses') return OF_RECORDS.includes(kind) ? [4, 75] : [75]
  if (name.startsWith('job ')) return [4]
  // A record that Zendesk will not have, or has no more, fails; who may not write at all is stopped.
  const isOfRecord = name.startsWith('422') || name.startsWith('404')
  return isOfRecord && OF_RECORDS.includes(kind) ? [2, 4] : [2]
}
