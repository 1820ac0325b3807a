import { LOSSES } from './losses.ts'
import type { Trial } from './trial.ts'

/** The maximum share of customers held back in trials without a loss. */
const MAX_HELD = 0.01

/** The summary of all trials, and whether it meets the project's promise. */
export function summaryOf(trials: readonly Trial[]): { text: string; isRight: boolean } {
  const reasonFor = (trial: Trial) => LOSSES.find(({ name }) => name === trial.loss)?.notPromised ?? null
  const promised = trials.filter(trial => reasonFor(trial) === null)
  const harmed = promised.flatMap(({ number, loss, harms }) => harms.map(harm => ({ number, loss, harm })))
  const controls = trials.filter(({ loss }) => loss === null)
  const customers = sum(controls.map(trial => trial.customers))
  const heldByReason = new Map<string, number>()
  for (const { held } of controls)
    for (const [reason, count] of Object.entries(held))
      heldByReason.set(reason, (heldByReason.get(reason) ?? 0) + count)
  const held = sum([...heldByReason.values()])
  const isRight = harmed.length === 0 && held <= customers * MAX_HELD
  const lines = [
    `${trials.length} trials of ${LOSSES.length} kinds of loss: ${harmed.length} paying customers marked or lowered (expected: 0)`,
    ...harmed.map(
      ({ number, loss, harm }) => `  trial ${number}, ${loss ?? 'no loss'}: ${harm.customer}, ${harm.what}`,
    ),
    `No loss (${controls.length} trials): ${held} of ${customers} customers held back (at most ${MAX_HELD * 100} %)`,
    ...[...heldByReason].map(([reason, count]) => `  ${count} ${reason}`),
    'Not promised:',
    ...LOSSES.filter(({ notPromised }) => notPromised !== null).map(({ name, notPromised }) => {
      const those = trials.filter(({ loss }) => loss === name)
      return `  ${name}: ${sum(those.map(({ harms }) => harms.length))} harmed in ${those.length} trials. ${notPromised}`
    }),
  ]
  return { text: lines.join('\n'), isRight }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
