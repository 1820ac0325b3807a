import { join } from 'node:path'
import { EXIT, exitCodeOf, Trouble } from '@support-sync/shared/errors'
import { type Screen, screenOf } from '@support-sync/shared/terminal'
import { printableJson } from '@support-sync/shared/text'
import { givenArguments } from '../pipeline/run-main.ts'

/** What the views have in common: what they are printed on, where runs stand, and how an error is told. */

/** Where run-pipeline and the demo leave their runs. */
export const RUNS = join(import.meta.dirname, '..', '..', 'runs')

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

/** Runs a view: what it prints goes to standard output, what went wrong to standard error, with what to do next. */
export async function runView(
  view: (args: string[], screen: Screen) => Promise<string | undefined>,
): Promise<void> {
  // A reader who has seen enough (`| head`) is no error.
  process.stdout.on('error', () => process.exit(EXIT.done))
  try {
    const text = await view(givenArguments(), screenOf(process.stdout, process.env))
    if (text !== undefined) process.stdout.write(`${text}\n`)
    process.exitCode = EXIT.done
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    const { style } = screenOf(process.stderr, process.env)
    process.stderr.write(`${style.red(error.code)}: ${error.message}\n${error.next}\n`)
    process.exitCode = exitCodeOf(error)
  }
}

/** A model as it is printed for programs. */
export function asJson(model: unknown): string {
  return printableJson(model).trimEnd()
}
