import { EXIT } from '@support-sync/shared/runtime/errors'
import { commandLine, runMain } from '../cli/command/command.ts'
import { type Interruption, interrupt, references } from './interruptions/interrupt.ts'
import { SCRIPTS } from './scripts.ts'

/** `pnpm interruptions`: kills the four syncs at random places and runs them again, against local servers. */

await runMain(main)

async function main(args: string[]): Promise<number> {
  const given = await commandLine('interruptions', args, SCRIPTS)
    .usage(
      '$0 [options]\n\nKills syncs at random places, runs them again, and compares the result with an uninterrupted sync.',
    )
    .options({
      seed: { type: 'number', describe: 'seed of the random places (default: from the clock)' },
      times: { type: 'number', default: 100, describe: 'number of syncs to kill' },
      only: { type: 'number', describe: 'run only the sync with this number' },
      'at-once': { type: 'number', default: 2, describe: 'number of syncs to run at the same time' },
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done

  const seed = given.seed ?? Date.now() % 1_000_000
  console.log(`seed ${seed}`)
  const started = performance.now()
  const all = await references()
  const numbers = given.only === undefined ? Array.from({ length: given.times }, (_, n) => n) : [given.only]
  const done: Interruption[] = []
  await Promise.all(
    Array.from({ length: given.atOnce }, async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        const interruption = await interrupt(all, seed, number)
        done.push(interruption)
        print(interruption)
      }
    }),
  )
  const wrong = done.filter(({ problems }) => problems.length > 0)
  const kills = done.reduce((sum, interruption) => sum + interruption.kills.length, 0)
  const twice = done.filter(interruption => interruption.kills.length > 1).length
  console.log(
    `${done.length} syncs, ${kills} kills (${twice} syncs twice), ${wrong.length} wrong; ` +
      `seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`,
  )
  return wrong.length === 0 ? EXIT.done : EXIT.bug
}

function print({ number, stage, kills, problems }: Interruption): void {
  const places = kills.map(({ request, moment, after }) => `request ${request} ${moment} +${after} ms`)
  const end = problems.length === 0 ? 'as without a kill' : `WRONG: ${problems.join('\n    ')}`
  console.log(`${String(number).padStart(3)} ${stage.padEnd(16)} ${places.join(', then ')}: ${end}`)
}
