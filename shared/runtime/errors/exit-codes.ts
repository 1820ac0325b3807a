/** Exit codes of every bin (README.md tells an admin what each asks of him). */
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

/** What a run that was told to stop ends with. */
export const CANCELLED = 'CANCELLED'

/** What an exit code says, in words; with the code of the error, a person's own stop is told from an outage. */
export function exitText(exitCode: number, errorCode?: string | null): string {
  return errorCode === CANCELLED ? 'cancelled' : (EXIT_TEXTS[exitCode] ?? `exit ${exitCode}`)
}

/** Of several exit codes the first in this order speaks for all: what needs a person most comes first. */
const WORST_FIRST = [EXIT.bug, EXIT.badInput, EXIT.guard, EXIT.upstream, EXIT.someRecordsFailed, EXIT.done]

/** The code that speaks for several; 0 when there are none. An unknown code counts as a bug. */
export function worstExitCode(codes: readonly number[]): ExitCode {
  if (codes.some(code => !WORST_FIRST.some(known => known === code))) return EXIT.bug
  return WORST_FIRST.find(code => codes.includes(code)) ?? EXIT.done
}
