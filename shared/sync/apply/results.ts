import type { Result, ResultCode } from '../../domain/index.ts'
import type { Refusal } from '../../services/zendesk/index.ts'

/** Whether a write was given up before its answer, so that Zendesk may still carry it out. */
export function isUnknown({ code }: Result): boolean {
  return code === 'RESULT_UNKNOWN'
}

/** Whether a write did not happen, or not completely, because the run was cancelled. */
export function isGivenUp(given: Result): boolean {
  return isUnknown(given) || given.code === 'NOT_SENT'
}

export type Action = Result['action']

/** The action and the record of a write. */
type Write = Pick<Result, 'action' | 'key' | 'id'>

/** Creates the result of a write. */
export function result(
  { action, key, id }: Write,
  status: Result['status'],
  {
    http_status = null,
    code = null,
    error = null,
    attributes = [],
  }: {
    http_status?: number | null
    code?: ResultCode | null
    error?: string | null
    attributes?: string[]
  } = {},
): Result {
  return { action, key, id, status, http_status, code, error, attributes }
}

/** The result of a write that Zendesk refused, completely or for some attributes. */
export function failed(
  { action, key, id }: Write,
  { status, code, message }: Refusal,
  attributes: string[] = [],
): Result {
  return { action, key, id, status: 'failed', http_status: status, code, error: message, attributes }
}
