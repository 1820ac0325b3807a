import { dice } from '../random.ts'
import { CASES, type Case } from './cases.ts'
import { differences, type Outcome, outcomeOf } from './outcome.ts'
import { type Kill, MOMENTS, runToEnd, runUntilKilled, withScene } from './run-case.ts'

/** The uninterrupted sync. */
export type Reference = { case: Case; outcome: Outcome; requests: number }

/** One sync that was killed, maybe again in its second run, and then ran to its end. */
export type Interruption = { number: number; stage: Case['stage']; kills: Kill[]; problems: string[] }

/** The longest delay of a kill after its moment: as long as the first pauses between polls of a job. */
const MAX_AFTER_MS = 300
/** On average, one in this many interruptions kills the second run too. */
const TWICE_EVERY = 4

/** Runs every case without a kill, as references. Throws if one of these is wrong. */
export async function references(cases: readonly Case[] = CASES): Promise<Reference[]> {
  return Promise.all(
    cases.map(each =>
      withScene(each, async scene => {
        const { exitCode, log } = await runToEnd(each, scene)
        const requests = scene.sandbox[each.instance].controls.requests.length
        const outcome = await outcomeOf(each, scene, exitCode)
        if (outcome.problems.length > 0) {
          throw new Error(`${each.stage}, without a kill: ${outcome.problems.join('; ')}\n${log}`)
        }
        return { case: each, outcome, requests }
      }),
    ),
  )
}

/** Interrupts a sync at a place that depends only on the seed and the number. */
export async function interrupt(
  all: readonly Reference[],
  seed: number,
  number: number,
): Promise<Interruption> {
  const reference = all[number % all.length]
  if (!reference) throw new Error('there is no case')
  const random = dice(seed * 1_000_003 + number)
  const drawn = [
    killOf(reference, random),
    ...(random() < 1 / TWICE_EVERY ? [killOf(reference, random)] : []),
  ]
  return withScene(reference.case, async scene => {
    const kills: Kill[] = []
    for (const kill of drawn) {
      if (await runUntilKilled(reference.case, scene, kill)) kills.push(kill)
    }
    const { exitCode, log } = await runToEnd(reference.case, scene)
    const problems = differences(await outcomeOf(reference.case, scene, exitCode), reference.outcome)
    if (problems.length > 0) problems.push(log)
    return { number, stage: reference.case.stage, kills, problems }
  })
}

function killOf({ requests }: Reference, random: () => number): Kill {
  return {
    request: 1 + Math.floor(random() * requests),
    moment: MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'arrived',
    after: Math.floor(random() ** 2 * MAX_AFTER_MS),
  }
}
