import { EXIT } from '@support-sync/shared/runtime/errors'
import { type Screen, screenOf } from '@support-sync/shared/runtime/terminal'
import { printableJson } from '@support-sync/shared/runtime/text'
import { runMain } from './command.ts'

/** What the commands that show a run have in common. */

/** The options that every view takes. */
export const VIEW_OPTIONS = {
  at: {
    type: 'string',
    alias: 'run-dir',
    requiresArg: true,
    describe: 'the run: its name under runs/, or any directory with one a stage in it (default: the newest)',
  },
  json: { type: 'boolean', default: false, describe: 'print the model as JSON instead' },
} as const

/** Runs a view: what it gives goes to standard output. */
export function runView(
  view: (args: string[], screen: Screen) => Promise<string | undefined>,
): Promise<void> {
  // A reader who has seen enough (`| head`) is no error.
  process.stdout.on('error', () => process.exit(EXIT.done))
  return runMain(async args => {
    const text = await view(args, screenOf(process.stdout, process.env))
    if (text !== undefined) process.stdout.write(`${text}\n`)
    return EXIT.done
  })
}

/** A model as it is printed for programs. */
export function asJson(model: unknown): string {
  return printableJson(model).trimEnd()
}
