import { join } from 'node:path'
import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { STAGES, type Stage } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { startBin } from '@support-sync/shared/runtime/bin'
import type { Limits } from '@support-sync/shared/services/http'
import type { RunBin } from '../cli/pipeline/run-bin.ts'
import { runStages } from '../cli/pipeline/run-stages.ts'

const PACKAGES = join(import.meta.dirname, '..', 'packages')
const NEVER = new AbortController().signal
/** Small enough to give a small world several ranges. */
const RANGE_SIZE = 15
/** Short waits of a few milliseconds. */
const LIMITS: Partial<Limits> = { delayFactor: 0.002 }

const KINDS = ['marks', 'losses', 'updates', 'creates', 'empty', 'gathered']
/** Consents to everything. Use it for the first hour, which fills both instances. */
export const ALL_ALLOWED = STAGES.flatMap(({ stage }) => KINDS.map(kind => `${stage}:${kind}=9999`)).join(',')

export type Hour = {
  sandbox: Sandbox
  /** The directory of all runs. */
  runs: string
  /** The name of this run's directory. */
  name: string
  /** The record of the run before. */
  last?: RunRecord | undefined
  variables?: Record<string, string>
  clock?: (() => Date) | undefined
  isWanted?: (stage: Stage) => boolean
  /** Runs some bins in another way. */
  runBin?: (inThisProcess: RunBin) => RunBin
}

/** Runs one hour of the pipeline in this process, which takes a tenth of the time. Returns its record. */
export async function runHour(hour: Hour): Promise<RunRecord> {
  const { sandbox, runs, name, last, variables, isWanted = () => true } = hour
  const inThisProcess = startHere(hour.clock)
  const { record } = await runStages({
    runDir: join(runs, name),
    isWanted,
    args: { all: last ? ['--last-run', join(runs, last.run_id, RUN_RECORD)] : [], syncs: [], processor: [] },
    last,
    environment: { ...sandbox.environment, XDG_STATE_HOME: join(runs, 'state'), ...variables },
    runBin: hour.runBin?.(inThisProcess) ?? inThisProcess,
  })
  return record
}

function startHere(clock: (() => Date) | undefined): RunBin {
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
