import { sentence } from '../text/index.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** The kinds of failure that this program expects. Each has one exit code. */
const EXIT_BY_KIND = {
  'bad-input': EXIT.badInput,
  guard: EXIT.guard,
  upstream: EXIT.upstream,
} as const

export type ErrorKind = keyof typeof EXIT_BY_KIND

export type ErrorDescription = {
  kind: ErrorKind
  /** Stable and searchable, such as `ARTIFACT_MISSING`. */
  code: string
  /** One short sentence, with the value that caused it. It has no full stop, so that text can follow it. */
  message: string
  /** What to do next. */
  next: string
  cause?: unknown
}

/** An error that this program expects and explains. It never contains a secret or a control character. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError'
  readonly kind: ErrorKind
  readonly code: string
  readonly next: string

  constructor({ kind, code, message, next, ...options }: ErrorDescription) {
    // A vendor's sentence at the end of a message may have a full stop.
    super(sentence(message).replace(/\.$/, ''), options)
    this.kind = kind
    this.code = code
    this.next = sentence(next)
  }
}

type ErrorText = Omit<ErrorDescription, 'kind' | 'code'>

/** The error of a command, setting, file or record that you must correct. */
export function badInput(code: string, text: ErrorText): ExpectedError {
  return new ExpectedError({ kind: 'bad-input', code, ...text })
}

/** The error of a guard: you must look at the change, and may allow it. */
export function stoppedByGuard(code: string, text: ErrorText): ExpectedError {
  return new ExpectedError({ kind: 'guard', code, ...text })
}

/** The error of a service that does not work now: a later run may succeed. */
export function upstreamFailed(code: string, text: ErrorText): ExpectedError {
  return new ExpectedError({ kind: 'upstream', code, ...text })
}

/** The exit code for anything thrown: an `ExpectedError` by its kind; everything else is a bug. */
export function exitCodeOf(thrown: unknown): ExitCode {
  return thrown instanceof ExpectedError ? EXIT_BY_KIND[thrown.kind] : EXIT.bug
}
