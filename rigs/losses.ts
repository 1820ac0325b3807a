import { EXIT } from '@support-sync/shared/runtime/errors'
import { commandLine, runMain } from '../cli/command/command.ts'
import { LOSSES } from './losses/losses.ts'
import { summaryOf } from './losses/summary.ts'
import { runTrial, type Trial } from './losses/trial.ts'
import { SCRIPTS } from './scripts.ts'

/** `pnpm losses`: simulates lost data in Salesforce and Zendesk and counts harmed customers, against local servers. */

/** Every n-th trial has no loss. Accounts that it holds back are false alarms. */
const CONTROL_EVERY = 4

await runMain(main)

async function main(args: string[]): Promise<number> {
  const given = await commandLine('losses', args, SCRIPTS)
    .usage(
      '$0 [options]\n\nCreates random worlds, removes data from them, runs the sync for four hours, and counts harmed customers.',
    )
    .options({
      seed: { type: 'number', describe: 'seed of the random worlds (default: from the clock)' },
      minutes: { type: 'number', default: 8, describe: 'minutes during which new trials start' },
      times: { type: 'number', describe: 'number of trials (default: as many as fit)' },
      only: { type: 'number', describe: 'run only the trial with this number' },
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done

  const seed = given.seed ?? Date.now() % 1_000_000
  console.log(`seed ${seed}`)
  const started = performance.now()
  const isTime = () => performance.now() - started < given.minutes * 60_000
  const trials: Trial[] = []
  const isLast = (number: number) =>
    given.only === undefined
      ? number >= (given.times ?? Number.POSITIVE_INFINITY) || !isTime()
      : trials.length > 0
  for (let number = given.only ?? 0; !isLast(number); number++) {
    const trial = await runTrial(seed, number, lossOf(number))
    trials.push(trial)
    console.log(lineOf(trial))
  }
  const { text, isRight } = summaryOf(trials)
  console.log(`${text}\nseed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`)
  return isRight ? EXIT.done : EXIT.bug
}

/** The losses in turn. Every fourth trial has none. */
function lossOf(number: number) {
  if (number % CONTROL_EVERY === CONTROL_EVERY - 1) return null
  const place = number - Math.floor((number + 1) / CONTROL_EVERY)
  return LOSSES[place % LOSSES.length] ?? null
}

function lineOf({ number, loss, harms, exitCodes, held }: Trial): string {
  const harmed = harms.map(({ customer, what }) => `${customer}: ${what}`).join('; ')
  const reasons = Object.entries(held).map(([reason, count]) => `${count} ${reason}`)
  return [
    `${String(number).padStart(3)} ${(loss ?? 'nothing is lost').padEnd(58)} exit ${exitCodes.join(', ')}`,
    ...(reasons.length > 0 ? [`held back: ${reasons.join(', ')}`] : []),
    ...(harmed ? [`HARMED: ${harmed}`] : []),
  ].join('; ')
}
