import { exitCodeOf, Trouble } from '@support-sync/shared/errors'

/** What a command was given; pnpm hands the `--` on that stands before it. */
export function givenArguments(): string[] {
  return process.argv.slice(2).filter(argument => argument !== '--')
}

/** Runs a command of this folder: its exit code becomes the process's, and a `Trouble` is told with what to do next. */
export async function runMain(main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(givenArguments())
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    console.error(`${error.message}\n${error.next}`)
    process.exitCode = exitCodeOf(error)
  }
}

/** The trouble of a command that was called wrongly. */
export function usage(command: string, message: string): Trouble {
  return new Trouble('bad-input', 'USAGE', message, `See npx -y pnpm@12 ${command} --help.`)
}
