import { join } from 'node:path'
import { startBin } from '@support-sync/shared/runtime/bin'
import type { Limits } from '@support-sync/shared/services/http'
import type { RunBin } from '../../cli/pipeline/run-bin.ts'

const PACKAGES = join(import.meta.dirname, '..', '..', 'packages')
const NEVER = new AbortController().signal
/** Small enough to give a random world several ranges. */
const RANGE_SIZE = 15
/** Short waits of a few milliseconds. */
const LIMITS: Partial<Limits> = { delayFactor: 0.002 }

/** Runs bins in this process, which takes a tenth of the time. Uses `clock` if it is given. */
export function startHere(clock: (() => Date) | undefined): RunBin {
  return ({ stage, bin }, args, environment) =>
    startBin(join(PACKAGES, stage, 'bin', `${bin}.ts`), {
      args: stage === 'accounts' ? [...args, '--range-size', String(RANGE_SIZE)] : args,
      environment,
      log: () => undefined,
      stop: { cancelled: NEVER, aborted: NEVER },
      limits: LIMITS,
      ...(clock ? { clock } : {}),
    })
}
