import { ExpectedError, exitCodeOf } from '@support-sync/shared/runtime/errors'
import { helpWidth, screenOf } from '@support-sync/shared/runtime/terminal'
import yargs from 'yargs'

/** What the commands of package.json have in common: how they are called, and how what went wrong is told. */

/** A command's line, to be given its usage and options. What it does not take is thrown as a `ExpectedError`. */
export function commandLine(name: string, args: readonly string[]) {
  return yargs(args)
    .scriptName(`npx -y pnpm@12 ${name}`)
    .strict()
    .wrap(helpWidth(process.stdout))
    .exitProcess(false)
    .fail((message, error) => {
      throw usage(name, message ?? error.message)
    })
}

/** The problem of a command that was called wrongly. */
export function usage(command: string, message: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'USAGE',
    message,
    next: `See npx -y pnpm@12 ${command} --help.`,
  })
}

/** Runs a command: its exit code becomes the process's, and a `ExpectedError` is told with what to do next. */
export async function runMain(main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    // pnpm hands on the `--` that stands before the arguments.
    process.exitCode = await main(process.argv.slice(2).filter(argument => argument !== '--'))
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    const { style } = screenOf(process.stderr, process.env)
    process.stderr.write(`${style.red(error.code)}: ${error.message}\n${error.next}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
