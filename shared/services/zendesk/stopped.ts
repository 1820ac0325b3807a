import type { Refusal } from './refusal.ts'

/**
 * What a write came to when the run was stopped: RESULT_UNKNOWN once Zendesk may have done it, which the next run
 * finds out; else NOT_SENT.
 */
export function stopped({ mayHaveActed }: { mayHaveActed: boolean }): Refusal {
  return mayHaveActed
    ? { status: null, code: 'RESULT_UNKNOWN', message: 'the run was stopped before Zendesk answered' }
    : { status: null, code: 'NOT_SENT', message: 'the run was stopped before' }
}
