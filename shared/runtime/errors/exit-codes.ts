/** The exit codes of every bin (docs/run.md explains them). */
export const EXIT = {
  done: 0,
  bug: 1,
  badInput: 2,
  guard: 3,
  someRecordsFailed: 4,
  upstream: 75,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The text of each exit code. */
const EXIT_TEXTS: Readonly<Record<number, string>> = {
  [EXIT.done]: 'done',
  [EXIT.bug]: 'a bug',
  [EXIT.badInput]: 'bad input',
  [EXIT.guard]: 'stopped by a guard',
  [EXIT.someRecordsFailed]: 'some records failed',
  [EXIT.upstream]: 'upstream unavailable',
}

/** The code of a cancelled run. */
export const CANCELLED = 'CANCELLED'

/** Texts for error codes that are more specific than the exit code. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  cancelled: [CANCELLED],
  'login refused': ['LOGIN_REFUSED', 'SESSION_REFUSED', 'ACCOUNT_CLOSED', 'GITLAB_TOKEN_REFUSED'],
  'not allowed': [
    'NOT_ALLOWED',
    'SCOPE_MISSING',
    'FIELD_HIDDEN',
    'OBJECT_HIDDEN',
    'GITLAB_NOT_ALLOWED',
    'GITLAB_NOT_FOUND',
    'GITLAB_SCOPE_MISSING',
  ],
  'not configured': [
    'CONFIGURATION_INVALID',
    'CREDENTIALS_MALFORMED',
    'PRIVATE_KEY_INVALID',
    'INSECURE_ADDRESS',
    'REDIRECTED',
    'TLS_NOT_VERIFIED',
    'ALLIANCE_NOT_SET',
    'ALLIANCE_NOT_FOUND',
    'CONTROLLED_USER_NOT_FOUND',
    'CI_VARIABLES_INVALID',
    'GITLAB_TOKEN_MISSING',
    'GITLAB_PROJECT_UNKNOWN',
  ],
  'fields changed': ['FIELDS_CHANGED'],
  'clock is wrong': ['CLOCK_OFF'],
  'request limit reached': ['REQUEST_LIMIT', 'GITLAB_RATE_LIMIT'],
  'another run is active': ['ANOTHER_RUN', 'RUN_NOT_ENDED'],
  'input missing': [
    'ARTIFACT_MISSING',
    'ARTIFACT_EMPTY',
    'HANDOVER_MISSING',
    'NO_RUN_TO_RESUME',
    'RUN_EXPIRED',
  ],
  'invalid file': ['PLANS_INVALID', 'OVERRIDES_INVALID', 'PROTECTED_IDS_INVALID', 'YAML_INVALID'],
  'plan out of date': ['PLAN_STALE', 'PLAN_TOO_OLD', 'NEWER_RUN_WROTE'],
  'gathered from another instance': ['OTHER_INSTANCE'],
  'disk full': ['DISK_FULL'],
  'out of time': ['RUN_TOO_LONG'],
  'invalid command': ['USAGE'],
}
const TEXT_BY_CODE = new Map(
  Object.entries(TEXTS).flatMap(([text, codes]) => codes.map(code => [code, text] as const)),
)

/** An ending as text, by its error's code if that is more specific than its exit code. */
export function exitText(exitCode: number, errorCode?: string | null): string {
  const isEnd = exitCode !== EXIT.done && exitCode !== EXIT.someRecordsFailed
  const text = isEnd ? TEXT_BY_CODE.get(errorCode ?? '') : undefined
  return text ?? EXIT_TEXTS[exitCode] ?? `exit ${exitCode}`
}

/** Whether the later bins of the same stage, and the later stages, run after a bin ended with this exit code. */
export function continuesPipeline(exitCode: number): boolean {
  return exitCode === EXIT.done || exitCode === EXIT.someRecordsFailed
}

/** Exit codes by urgency. The first one present is the exit code of the whole run. */
const WORST_FIRST = [EXIT.bug, EXIT.badInput, EXIT.guard, EXIT.upstream, EXIT.someRecordsFailed, EXIT.done]

/** The most urgent of several exit codes. 0 if there are none. An unknown code counts as a bug. */
export function worstExitCode(codes: readonly number[]): ExitCode {
  if (codes.some(code => !WORST_FIRST.some(known => known === code))) return EXIT.bug
  return WORST_FIRST.find(code => codes.includes(code)) ?? EXIT.done
}
