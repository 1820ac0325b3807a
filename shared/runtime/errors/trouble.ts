import { sentence } from '../text/index.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** The kinds of trouble that this program foresees; each has one exit code. */
const EXIT_BY_KIND = {
  'bad-input': EXIT.badInput,
  guard: EXIT.guard,
  upstream: EXIT.upstream,
} as const

export type TroubleKind = keyof typeof EXIT_BY_KIND

/** The error that every foreseen trouble is thrown as. Never holds a secret, and nothing unprintable. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  readonly kind: TroubleKind
  /** Stable and searchable, such as `ARTIFACT_MISSING`. */
  readonly code: string
  /** What to do next, in one sentence. */
  readonly next: string

  constructor(
    kind: TroubleKind,
    code: string,
    message: string,
    next: string,
    options: { cause?: unknown } = {},
  ) {
    super(sentence(message), options)
    this.kind = kind
    this.code = code
    this.next = sentence(next)
  }
}

/** The exit code for whatever was thrown: a `Trouble` by its kind, anything else is a bug. */
export function exitCodeOf(thrown: unknown): ExitCode {
  return thrown instanceof Trouble ? EXIT_BY_KIND[thrown.kind] : EXIT.bug
}
