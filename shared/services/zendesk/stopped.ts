import type { Refusal } from './refusal.ts'

/**
 * The result of a write if the run stops: RESULT_UNKNOWN if Zendesk may have done it (the next run finds out),
 * NOT_SENT otherwise.
 */
export function stopped({ mayHaveActed }: { mayHaveActed: boolean }): Refusal {
  return mayHaveActed
    ? { status: null, code: 'RESULT_UNKNOWN', message: 'the run stopped before Zendesk answered' }
    : { status: null, code: 'NOT_SENT', message: 'the run stopped before this write' }
}
