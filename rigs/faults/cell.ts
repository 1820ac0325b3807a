import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { SECRETS_OF_A_RUN, secretsIn, secretsUnder } from '@support-sync/fixtures/secrets'
import { serve } from './bin-inputs.ts'
import type { Cell } from './cells.ts'
import { judgeAgain, judgeFirst, type Observed } from './judge.ts'
import { namesOf, stateOf, writesOf } from './oracle.ts'
import { stampFor } from './stamps.ts'
import { type Ended, type Start, startHere, stateHomeOf } from './start.ts'
import { artifactsOf, resultsOf, rowOf, type Undisturbed } from './undisturbed.ts'

export type Outcome = {
  cell: Cell
  outcome: 'recovered' | 'stopped' | 'wrong'
  exitCode: number | null
  /** The run's error or warning. */
  said: string
  /** The problems found. */
  problems: string[]
  /** Whether a wrong cell was right when it ran once more, alone. */
  isRightAlone?: boolean
}

/**
 * Runs a bin with the fault and judges its end and its writes. Then removes the fault, runs the bin again on the same
 * data, and checks that the result equals a run without a fault.
 */
export async function runCell(
  cell: Cell,
  undisturbed: Undisturbed,
  start: Start = startHere,
): Promise<Outcome> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fault-'))
  const sandbox = await serve(undisturbed.world)
  try {
    await cp(undisturbed.inputs, dataDir, { recursive: true })
    stampFor(sandbox, dataDir)
    const { controls } = sandbox[cell.call.server]
    const { method, path, provokedBy } = cell.call
    const { times } = cell.fault
    if (provokedBy) controls.fail(provokedBy)
    controls.fail({
      method,
      path,
      from: cell.from,
      ...(times === undefined ? {} : { times }),
      effect: cell.fault.effect(cell.call),
    })
    const names = namesOf(sandbox)
    const bin = { stage: undisturbed.stage, bin: undisturbed.bin }
    const observe = async (ended: Ended): Promise<Observed> => ({
      ...ended,
      writes: writesOf(sandbox, names),
      state: stateOf(sandbox),
      artifacts: await artifactsOf(rowOf(undisturbed), dataDir),
      results: await resultsOf(rowOf(undisturbed), dataDir, names),
      files: await readdir(dataDir),
      secrets: [
        ...secretsIn(
          [...ended.log, ...sandbox.slack.messages.map(({ text }) => text)].join(''),
          SECRETS_OF_A_RUN,
        ),
        ...(await secretsUnder(dataDir, SECRETS_OF_A_RUN)),
      ],
    })

    const first = await observe(await start(bin, dataDir, sandbox.environment))
    const struck = struckTimes(sandbox, cell) >= cell.from
    const verdict = judgeFirst(cell, undisturbed, first)
    const problems = [...verdict.problems, ...(struck ? [] : ['the fault hit no request'])]
    if (first.exitCode === null) return { ...verdict, cell, outcome: 'wrong', exitCode: null, problems }

    controls.clearFaults()
    const again = await observe(await startHere(bin, dataDir, sandbox.environment))
    problems.push(...judgeAgain(undisturbed, first, again))
    const outcome = problems.length > 0 ? 'wrong' : verdict.recovered ? 'recovered' : 'stopped'
    return { cell, outcome, exitCode: first.exitCode, said: verdict.said, problems }
  } finally {
    await sandbox.close()
    for (const path of [dataDir, stateHomeOf(dataDir)]) await removeAll(path)
  }
}

/** Removes a directory, in which a bin that hangs may still write. If it cannot be removed, the outcomes must not be lost. */
export async function removeAll(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 20 }).catch(() => undefined)
}

function struckTimes(sandbox: Sandbox, { call: { server, method, path } }: Cell): number {
  const { requests } = sandbox[server].controls
  return requests.filter(request => request.method === method && path.test(request.url)).length
}
