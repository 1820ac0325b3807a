import type { Effect } from '@support-sync/fixtures/sandbox'
import type { CallKind, CallRow } from './calls.ts'
import type { Demand, FaultRow } from './faults.ts'

/** The allowed ends of a run. `warns`: it ends as without the fault, with a warning. */
export type Right = { mustRecover: boolean; exitCodes: readonly number[]; warns: boolean; named: RegExp }

/** The right outcomes of a fault in a call, other than recovering. */
export function rightOutcome({ demand, effect }: FaultRow, call: CallRow): Right {
  const { kind, named } = call
  const answer = effect(call)
  const right = {
    mustRecover: demand === 'passes',
    exitCodes: exitCodes(demand, answer, kind),
    warns: false,
    // If a server is down, the error can name any call, since several are in progress.
    named: isDownForGood(answer)
      ? new RegExp(
          `gave no usable answer to (GET|POST|PUT) |${kind === 'poll' ? 'job|update|mark' : named.source}`,
        )
      : named,
  }
  // The user no longer exists. The error that they could not be added is enough.
  if (call.name === 'look-up after a lost association' && statusOf(answer) === 404)
    return { ...right, exitCodes: [4], named: /associate/ }
  if (kind === 'post') return { ...right, exitCodes: [], warns: true }
  return right
}

/** Calls about one record or a batch: these records fail, and the sync writes the others. */
const OF_RECORDS: readonly CallKind[] = ['create', 'update', 'look-up', 'show']

function exitCodes(demand: Demand, answer: Effect, kind: CallKind): readonly number[] {
  // Zendesk accepted the job, so each item gets a result. The next batch may stop the run.
  if (kind === 'poll') return isDownForGood(answer) ? [4, 75] : [4]
  // A person must correct an invalid override file.
  if (kind === 'file' && (statusOf(answer) === 200 || answer.kind === 'shorten')) return [2, 75]
  // If every call fails, it is an outage.
  if (demand !== 'refuses') return OF_RECORDS.includes(kind) ? [4, 75] : [75]
  if (answer.kind === 'job') return [4]
  // A record that Zendesk refuses or no longer has fails. A sync without write permission stops.
  const isOfRecord = [404, 422].includes(statusOf(answer) ?? 0)
  return isOfRecord && OF_RECORDS.includes(kind) ? [2, 4] : [2]
}

function isDownForGood(answer: Effect): boolean {
  return answer.kind === 'down' && answer.milliseconds === undefined
}

function statusOf(answer: Effect): number | undefined {
  return answer.kind === 'answer' ? answer.status : undefined
}
