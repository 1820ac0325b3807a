import type { Bin } from '../../pipeline/index.ts'
import { type ExitCode, ExpectedError, exitCodeOf, type Reason, reasonOf } from '../errors/index.ts'
import type { StageLogger } from './logging.ts'
import type { Summary } from './summary.ts'

/** How a bin ended; `error` is what stopped it. */
export type Ending = { exit_code: ExitCode; error: Reason | null }

const NOTHING_DONE = { records_in: {}, records_out: {}, requests: 0, retries: 0, warnings: [] }

/** What a bin tells of its run; without `counts` it did not come to do anything. */
export function summaryOf(
  { bin }: Bin,
  { started, ended }: { started: Date; ended: Date },
  { exit_code, error }: Ending,
  { dryRun, today }: { dryRun: boolean; today?: string },
  counts: Pick<
    Summary,
    keyof typeof NOTHING_DONE | 'planned' | 'removals' | 'owed' | 'gathered' | 'empty'
  > = NOTHING_DONE,
): Summary {
  return {
    bin,
    ...(today === undefined ? {} : { today }),
    started_at: started.toISOString(),
    ended_at: ended.toISOString(),
    exit_code,
    dry_run: dryRun,
    ...counts,
    error,
  }
}

/** The ending of a bin that threw. Tells what went wrong and what to do next; a bug with its stack. */
export function endingOf(error: unknown, logger: StageLogger): Ending {
  const exit_code = exitCodeOf(error)
  if (error instanceof ExpectedError) {
    const { code, message, next } = error
    logger.error({ code, next, exit_code }, message)
    return { exit_code, error: reasonOf(error) }
  }
  const told = { code: 'BUG', message: 'this is a bug', next: 'Please report this with the log.' }
  logger.error({ code: told.code, next: told.next, exit_code, err: error }, told.message)
  return { exit_code, error: told }
}

/** Does what is left to do after a failure. Where that fails too it is logged: a bin ends as its first failure says. */
export function afterFailure(logger: StageLogger, act: () => void): void {
  try {
    act()
  } catch (error) {
    logger.error({ err: error }, 'failed after what ended the run')
  }
}
