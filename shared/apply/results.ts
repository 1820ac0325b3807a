import { failureCode, type Result } from '../domain/index.ts'
import type { Refusal } from '../zendesk/index.ts'

/** Whether a write was given up before its answer: Zendesk may yet carry it out. */
export function isUnknown({ error }: Result): boolean {
  return failureCode(error) === 'RESULT_UNKNOWN'
}

/** Whether a write was not made, or not to the end, because the run was stopped. */
export function isGivenUp(given: Result): boolean {
  return isUnknown(given) || failureCode(given.error) === 'NOT_SENT'
}

export type Action = Result['action']

/** What a write came to. */
export function result(
  action: Action,
  key: string,
  id: number | null,
  status: Result['status'],
  { http_status = null, error = null }: { http_status?: number | null; error?: string | null } = {},
): Result {
  return { action, key, id, status, http_status, error }
}

/** The result of a write that Zendesk refused. */
export function failed(action: Action, key: string, id: number | null, refusal: Refusal): Result {
  const { status, code, message } = refusal
  return result(action, key, id, 'failed', { http_status: status, error: `${code}: ${message}` })
}
