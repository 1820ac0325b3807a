import { CANCELLED, type ErrorDescription, ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, nameOf } from './call.ts'

const TRY_AGAIN = 'Start the stage again later; if it lasts, look at the service status page of'

type Description = Omit<ErrorDescription, 'kind'>
type UpstreamDescription = Description & { status: number | null; mayHaveActed: boolean; ofLogin?: boolean }

/** The service gave no usable answer, after every repetition that was allowed. */
export class UpstreamError extends ExpectedError {
  /** The last answer's status; null where none came. */
  readonly status: number | null
  /** True when the service may have done what was asked without our seeing its answer. */
  readonly mayHaveActed: boolean
  /** True where the login failed: then no other request can be sent either. */
  readonly ofLogin: boolean

  constructor({ status, mayHaveActed, ofLogin = false, ...description }: UpstreamDescription) {
    super({ kind: 'upstream', ...description })
    this.status = status
    this.mayHaveActed = mayHaveActed
    this.ofLogin = ofLogin
  }
}

/** The service answered with a lasting 4xx: the same call would be refused again. */
export class RefusedError extends ExpectedError {
  readonly status: number
  /** The answer's body as it came. */
  readonly text: string

  constructor({ answer, ...description }: Description & { answer: Answer }) {
    super({ kind: 'bad-input', ...description })
    this.status = answer.status
    this.text = answer.text
  }
}

/** After the last attempt. */
export function unavailable(
  call: Call,
  attempts: number,
  failure: { reason: string; status: number | null; mayHaveActed: boolean; hint?: string; cause?: unknown },
): UpstreamError {
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  return new UpstreamError({
    code: 'UPSTREAM_UNAVAILABLE',
    message: `${call.service} did not answer ${nameOf(call)}: ${failure.reason} (${tried}).`,
    next: failure.hint ?? `${TRY_AGAIN} ${call.service}.`,
    status: failure.status,
    mayHaveActed: failure.mayHaveActed,
    cause: failure.cause,
  })
}

/** The run was stopped while it waited for this answer, or before it sent the call again. */
export function cancelled(call: Call, { mayHaveActed }: { mayHaveActed: boolean }): UpstreamError {
  return new UpstreamError({
    code: CANCELLED,
    message: `cancelled: ${call.service} was not asked for ${nameOf(call)} to the end.`,
    next: 'Run it again: what was written is recognised, what was read is read anew.',
    status: null,
    mayHaveActed,
  })
}

/** Whether a call ended because the run was stopped. */
export function isCancelled(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.code === CANCELLED
}

/** An answer that is complete and yet not what its documentation promises. `call` is method and path. */
export function notUnderstood(service: string, call: string, what: string): UpstreamError {
  return new UpstreamError({
    code: 'ANSWER_NOT_UNDERSTOOD',
    message: `${service} answered ${call} in an unknown form (${what}).`,
    next: `${TRY_AGAIN} ${service}, and whether its API has changed.`,
    status: null,
    mayHaveActed: true,
  })
}

/** For an answer whose body goes on past what any right one has. */
export function tooLarge(call: Call, maximum: number): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'ANSWER_TOO_LARGE',
    message: `${call.service} answered ${nameOf(call)} with more than ${maximum} bytes.`,
    next: `Check that ${call.settings} name the right thing.`,
  })
}

/** For an answer of 4xx. Its body stays out of the message: it may hold customer data. */
export function refused(call: Call, answer: Answer): RefusedError {
  const said = `${call.service} refused ${nameOf(call)} with status ${answer.status}.`
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
      next: `Check what ${call.settings} may do there.`,
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

/** Where Zendesk sends every call to an account that is closed, or never was: its own site. */
const VENDOR_SITE = /^(?:(?:www|support)\.)?zendesk\.(?:com|[a-z]{2}|com?\.[a-z]{2})$/

/** For an answer that sends us elsewhere. `target` is where, without what is secret. */
export function redirected(call: Call, target: string): ExpectedError {
  if (VENDOR_SITE.test(URL.parse(target)?.hostname ?? '')) {
    const { hostname } = new URL(call.url)
    return new ExpectedError({
      kind: 'bad-input',
      code: 'ACCOUNT_CLOSED',
      message: `${call.service}: there is no open account at ${hostname}: it sends ${nameOf(call)} on to ${target}.`,
      next: `Check the address in ${call.settings}. If it is right, the account is closed or suspended: ask its owner, or Zendesk.`,
    })
  }
  return new ExpectedError({
    kind: 'bad-input',
    code: 'REDIRECTED',
    message: `${call.service} sends ${nameOf(call)} on to ${target}, where our credentials must not go.`,
    next: `Set the final address in ${call.settings}.`,
  })
}

/** For an address that nothing may be sent to, see `isSafeAddress`. */
export function insecure(call: Call, host: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'INSECURE_ADDRESS',
    message: `${call.service} would be called without encryption, or with a password in the address, at ${host}.`,
    next: `Use an https:// address without user and password in ${call.settings}.`,
  })
}

/** For a credential that fetch will not send. It is not told: only that there is one. */
export function unsendable(call: Call): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'CREDENTIALS_MALFORMED',
    message: `${call.service} cannot be called: a credential has a character that no HTTP header can hold.`,
    next: `Look for line breaks and non-ASCII characters in ${call.settings}.`,
  })
}
