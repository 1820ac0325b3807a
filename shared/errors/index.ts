/** What went wrong, told to a person: a code to search for, one sentence, and what to do next. */
import { sentence } from '../text/index.ts'

/** Exit codes of every bin (docs/pipeline.md tells an admin what each asks of him). */
export const EXIT = {
  done: 0,
  bug: 1,
  badInput: 2,
  guard: 3,
  someRecordsFailed: 4,
  upstream: 75,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const EXIT_TEXTS: Readonly<Record<number, string>> = {
  [EXIT.done]: 'done',
  [EXIT.bug]: 'a bug',
  [EXIT.badInput]: 'bad input',
  [EXIT.guard]: 'stopped by a guard',
  [EXIT.someRecordsFailed]: 'some records failed',
  [EXIT.upstream]: 'upstream unavailable',
}

/** An exit code in words. */
export function exitText(exitCode: number): string {
  return EXIT_TEXTS[exitCode] ?? `exit ${exitCode}`
}

/** Of several exit codes the first in this order speaks for all: what needs a person most comes first. */
const WORST_FIRST = [EXIT.bug, EXIT.badInput, EXIT.guard, EXIT.upstream, EXIT.someRecordsFailed, EXIT.done]

/** The code that speaks for several; 0 when there are none. An unknown code counts as a bug. */
export function worstExitCode(codes: readonly number[]): ExitCode {
  if (codes.some(code => !WORST_FIRST.some(known => known === code))) return EXIT.bug
  return WORST_FIRST.find(code => codes.includes(code)) ?? EXIT.done
}

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
