import { EXIT, type ExitCode, ExpectedError, worstExitCode } from '@support-sync/shared/runtime/errors'

/** The result of one check, and what to do if it is not ok. Terminal and JSON show this model. */
export type Finding = {
  /** The service or file, such as `Zendesk Global`. */
  area: string
  /** What was checked. */
  check: string
  state: State
  message: string
  next: string | null
}

/** `failed`: an admin must correct it. `unavailable`: it could not be checked and may be ok. */
export type State = 'ok' | 'warning' | 'failed' | 'unavailable'

export const STATES: readonly State[] = ['ok', 'warning', 'failed', 'unavailable']

/** Creates the findings of one area. */
export function areaFindings(area: string) {
  const line =
    (state: State) =>
    (check: string, message: string, next: string | null = null): Finding => ({
      area,
      check,
      state,
      message,
      next,
    })
  return {
    ok: line('ok'),
    warning: line('warning'),
    failed: line('failed'),
    /** Turns the `ExpectedError` of a check into a finding. Throws any other error, because it is a bug. */
    async of(check: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
      try {
        return await look()
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error
        return [line(STATE_OF[error.kind])(check, error.message, nextOf(error))]
      }
    },
  }
}

const STATE_OF = { 'bad-input': 'failed', guard: 'failed', upstream: 'unavailable' } as const

function nextOf(error: ExpectedError): string {
  if (error.kind !== 'upstream') return error.next
  return "Try again later. If it fails again, check the address and the service's status page."
}

/** The number of findings by state. */
export function countStates(findings: readonly Finding[]): Record<State, number> {
  const count = (state: State) => findings.filter(finding => finding.state === state).length
  return {
    ok: count('ok'),
    warning: count('warning'),
    failed: count('failed'),
    unavailable: count('unavailable'),
  }
}

const EXIT_OF = {
  ok: EXIT.done,
  warning: EXIT.done,
  failed: EXIT.badInput,
  unavailable: EXIT.upstream,
} as const

/** The exit code for all findings together. */
export function exitCodeFor(findings: readonly Finding[]): ExitCode {
  return worstExitCode(findings.map(({ state }) => EXIT_OF[state]))
}
