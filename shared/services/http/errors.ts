import { badInput, CANCELLED, type ErrorDescription, ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, nameOf } from './call.ts'
import type { Failure } from './failure.ts'

const TRY_AGAIN = 'Start the stage again later. If it keeps failing, look at the status page of'

type Description = Omit<ErrorDescription, 'kind'>
type UpstreamDescription = Description & {
  status: number | null
  mayHaveActed: boolean
  ofLogin?: boolean
  waitMs?: number | null
}

/** The service gave no usable answer, after all retries. */
export class UpstreamError extends ExpectedError {
  /** The last answer's status; null if there was none. */
  readonly status: number | null
  /** True if the service may have carried out the request although we have no answer. */
  readonly mayHaveActed: boolean
  /** True if the login failed: then no other request can be sent either. */
  readonly ofLogin: boolean
  /** How long to wait before the request is sent again; null if that is too long, or would not help. */
  readonly waitMs: number | null

  constructor({ status, mayHaveActed, ofLogin = false, waitMs = null, ...description }: UpstreamDescription) {
    super({ kind: 'upstream', ...description })
    this.status = status
    this.mayHaveActed = mayHaveActed
    this.ofLogin = ofLogin
    this.waitMs = waitMs
  }
}

/** The service answered with a lasting 4xx: it would refuse the same call again. */
export class RefusedError extends ExpectedError {
  readonly status: number
  /** The answer's body, with secrets masked. */
  readonly text: string

  constructor({ answer, ...description }: Description & { answer: Answer }) {
    super({ kind: 'bad-input', ...description })
    this.status = answer.status
    this.text = answer.text
  }
}

/** The error after the last attempt. */
export function unavailable(
  call: Call,
  attempts: number,
  failure: Pick<Failure, 'reason' | 'status' | 'mayHaveActed' | 'hint' | 'cause'>,
  waitMs: number | null,
): UpstreamError {
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  return new UpstreamError({
    code: 'UPSTREAM_UNAVAILABLE',
    message: `${call.service} gave no usable answer to ${nameOf(call)}: ${failure.reason} (${tried})`,
    next: failure.hint ?? call.unavailableHint ?? `${TRY_AGAIN} ${call.service}.`,
    status: failure.status,
    mayHaveActed: failure.mayHaveActed,
    waitMs,
    cause: failure.cause,
  })
}

/** The error of a run that was cancelled while it waited for this answer, or before a retry. */
export function cancelled(call: Call, { mayHaveActed }: { mayHaveActed: boolean }): UpstreamError {
  return new UpstreamError({
    code: CANCELLED,
    message: `the run was cancelled: ${call.service} did not finish ${nameOf(call)}`,
    next: 'Run it again: it recognises what was written, and reads everything else again.',
    status: null,
    mayHaveActed,
  })
}

/** Whether a call ended because the run was cancelled. */
export function isCancelled(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.code === CANCELLED
}

/** The error of a complete answer that does not match its documentation. `call` is method and path. */
export function unknownAnswer(service: string, call: string, what: string): UpstreamError {
  return new UpstreamError({
    code: 'ANSWER_NOT_UNDERSTOOD',
    message: `${service} answered ${call} in an unknown form (${what})`,
    next: `${TRY_AGAIN} ${service}, and check whether its API has changed.`,
    status: null,
    mayHaveActed: true,
  })
}

/** The error of an answer whose body is larger than any correct one. */
export function tooLarge(call: Call, maximum: number): ExpectedError {
  return badInput('ANSWER_TOO_LARGE', {
    message: `${call.service} answered ${nameOf(call)} with more than ${maximum} bytes`,
    next: `Check that ${call.settings} are right.`,
  })
}

/** The error of a 4xx answer. The message leaves out the body, which may contain customer data. */
export function refused(call: Call, answer: Answer): RefusedError {
  const said = `${call.service} refused ${nameOf(call)} with status ${answer.status}`
  if (answer.status === 401) {
    return new RefusedError({
      code: 'LOGIN_REFUSED',
      message: said,
      next: `Check the credentials in ${call.settings}.`,
      answer,
    })
  }
  if (answer.status === 403) {
    return new RefusedError({
      code: 'NOT_ALLOWED',
      message: said,
      next: `Check the permissions of the user behind ${call.settings}.`,
      answer,
    })
  }
  return new RefusedError({
    code: 'CALL_REFUSED',
    message: said,
    next: `Check ${call.settings}, and whether the API of ${call.service} has changed.`,
    answer,
  })
}

/** Zendesk redirects every call to its own site if the account is closed or does not exist. */
const VENDOR_SITE = /^(?:(?:www|support)\.)?zendesk\.(?:com|[a-z]{2}|com?\.[a-z]{2})$/

/** The error of a redirect. `target` is the address without secrets. */
export function redirected(call: Call, target: string): ExpectedError {
  if (VENDOR_SITE.test(URL.parse(target)?.hostname ?? '')) {
    const { hostname } = new URL(call.url)
    return badInput('ACCOUNT_CLOSED', {
      message: `${call.service}: there is no open account at ${hostname}; it redirects ${nameOf(call)} to ${target}`,
      next: `Check the address in ${call.settings}. If it is right, the account is closed or suspended: ask its owner or Zendesk.`,
    })
  }
  return badInput('REDIRECTED', {
    message: `${call.service} redirects ${nameOf(call)} to ${target}, where the credentials must not go`,
    next: `Set the final address in ${call.settings}.`,
  })
}

/** The error of an address that is not safe, see `isSafeAddress`. */
export function insecure(call: Call, host: string): ExpectedError {
  return badInput('INSECURE_ADDRESS', {
    message: `the address of ${call.service} at ${host} is not encrypted, or has a password in it`,
    next: `Use an https:// address without a user name and password in ${call.settings}.`,
  })
}

/** The error of a credential that fetch cannot send. The message does not show it. */
export function unsendable(call: Call): ExpectedError {
  return badInput('CREDENTIALS_MALFORMED', {
    message: `a credential for ${call.service} has a character that is not allowed in an HTTP header`,
    next: `Look for line breaks and non-ASCII characters in ${call.settings}.`,
  })
}
