import { CANCELLED, Trouble } from '../../runtime/errors/index.ts'
import { type Answer, type Call, nameOf } from './call.ts'

const TRY_AGAIN = 'Start the stage again later; if it lasts, look at the service status page of'

/** The neighbour gave no usable answer, after every repetition that was allowed. */
export class UpstreamTrouble extends Trouble {
  /** The last answer's status; null where none came. */
  readonly status: number | null
  /** True when the neighbour may have done what was asked without our seeing its answer. */
  readonly mayHaveActed: boolean
  /** True where the login failed: then no other request can be sent either. */
  readonly ofLogin: boolean

  constructor(
    code: string,
    message: string,
    next: string,
    facts: { status: number | null; mayHaveActed: boolean; ofLogin?: boolean; cause?: unknown },
  ) {
    super('upstream', code, message, next, { cause: facts.cause })
    this.status = facts.status
    this.mayHaveActed = facts.mayHaveActed
    this.ofLogin = facts.ofLogin ?? false
  }
}

/** The neighbour answered with a lasting 4xx: the same call would be refused again. */
export class RefusedTrouble extends Trouble {
  readonly status: number
  /** The answer's body as it came. */
  readonly text: string

  constructor(code: string, message: string, next: string, answer: Answer) {
    super('bad-input', code, message, next)
    this.status = answer.status
    this.text = answer.text
  }
}

/** After the last attempt. */
export function unavailable(
  call: Call,
  attempts: number,
  failure: { reason: string; status: number | null; mayHaveActed: boolean; hint?: string; cause?: unknown },
): UpstreamTrouble {
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  return new UpstreamTrouble(
    'UPSTREAM_UNAVAILABLE',
    `${call.neighbour} did not answer ${nameOf(call)}: ${failure.reason} (${tried}).`,
    failure.hint ?? `${TRY_AGAIN} ${call.neighbour}.`,
    failure,
  )
}

/** The run was stopped while it waited for this answer, or before it sent the call again. */
export function cancelled(call: Call, { mayHaveActed }: { mayHaveActed: boolean }): UpstreamTrouble {
  return new UpstreamTrouble(
    CANCELLED,
    `cancelled: ${call.neighbour} was not asked for ${nameOf(call)} to the end.`,
    'Run it again: what was written is recognised, what was read is read anew.',
    { status: null, mayHaveActed },
  )
}

/** Whether a call ended because the run was stopped. */
export function isCancelled(error: unknown): error is UpstreamTrouble {
  return error instanceof UpstreamTrouble && error.code === CANCELLED
}

/** An answer that is complete and yet not what its documentation promises. `call` is method and path. */
export function notUnderstood(neighbour: string, call: string, what: string): UpstreamTrouble {
  return new UpstreamTrouble(
    'ANSWER_NOT_UNDERSTOOD',
    `${neighbour} answered ${call} in an unknown form (${what}).`,
    `${TRY_AGAIN} ${neighbour}, and whether its API has changed.`,
    { status: null, mayHaveActed: true },
  )
}

/** For an answer whose body goes on past what any right one has. */
export function tooLarge(call: Call, maximum: number): Trouble {
  return new Trouble(
    'bad-input',
    'ANSWER_TOO_LARGE',
    `${call.neighbour} answered ${nameOf(call)} with more than ${maximum} bytes.`,
    `Check that ${call.settings} name the right thing.`,
  )
}

/** For an answer of 4xx. Its body stays out of the message: it may hold customer data. */
export function refused(call: Call, answer: Answer): RefusedTrouble {
  const said = `${call.neighbour} refused ${nameOf(call)} with status ${answer.status}.`
  if (answer.status === 401) {
    return new RefusedTrouble('LOGIN_REFUSED', said, `Check the credentials in ${call.settings}.`, answer)
  }
  if (answer.status === 403) {
    return new RefusedTrouble('NOT_ALLOWED', said, `Check what ${call.settings} may do there.`, answer)
  }
  return new RefusedTrouble(
    'CALL_REFUSED',
    said,
    `Check ${call.settings}, and whether the API of ${call.neighbour} has changed.`,
    answer,
  )
}

/** Where Zendesk sends every call to an account that is closed, or never was: its own site. */
const VENDOR_SITE = /^(?:(?:www|support)\.)?zendesk\.(?:com|[a-z]{2}|com?\.[a-z]{2})$/

/** For an answer that sends us elsewhere. `target` is where, without what is secret. */
export function redirected(call: Call, target: string): Trouble {
  if (VENDOR_SITE.test(URL.parse(target)?.hostname ?? '')) {
    const { hostname } = new URL(call.url)
    return new Trouble(
      'bad-input',
      'ACCOUNT_CLOSED',
      `${call.neighbour}: there is no open account at ${hostname}: it sends ${nameOf(call)} on to ${target}.`,
      `Check the address in ${call.settings}. If it is right, the account is closed or suspended: ask its owner, or Zendesk.`,
    )
  }
  return new Trouble(
    'bad-input',
    'REDIRECTED',
    `${call.neighbour} sends ${nameOf(call)} on to ${target}, where our credentials must not go.`,
    `Set the final address in ${call.settings}.`,
  )
}

/** For an address that nothing may be sent to, see `isSafeAddress`. */
export function insecure(call: Call, host: string): Trouble {
  return new Trouble(
    'bad-input',
    'INSECURE_ADDRESS',
    `${call.neighbour} would be called without encryption, or with a password in the address, at ${host}.`,
    `Use an https:// address without user and password in ${call.settings}.`,
  )
}

/** For a credential that fetch will not send. It is not told: only that there is one. */
export function unsendable(call: Call): Trouble {
  return new Trouble(
    'bad-input',
    'CREDENTIALS_MALFORMED',
    `${call.neighbour} cannot be called: a credential has a character that no HTTP header can hold.`,
    `Look for line breaks and non-ASCII characters in ${call.settings}.`,
  )
}
