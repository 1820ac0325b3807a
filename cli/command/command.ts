import { join } from 'node:path'
import { versionText } from '@support-sync/shared/runtime/bin'
import { EXIT, ExpectedError, exitCodeOf } from '@support-sync/shared/runtime/errors'
import { helpWidth, type Screen, screenOf } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import yargs, { type Argv, type InferredOptionTypes, type Options } from 'yargs'

/** The one shape of every command: what it is called, what it takes, what it does, and how it ends. */

type CommandOptions = Readonly<Record<string, Options>>

type CommandDefinition<Given extends CommandOptions> = {
  name: string
  /** What its words are, such as `WHOM`; without it the command takes options alone. */
  takes?: string
  /** What it does, in a sentence or two. */
  purpose: string
  options?: Given
  /** Pairs of options of which one excludes the other. */
  conflicts?: readonly (readonly [string, string])[]
  epilogue?: string
  /** Gives a text to print and end with 0, or the exit code. */
  run: (
    given: InferredOptionTypes<Given> & { words: string[] },
    screen: Screen,
  ) => Promise<string | number | undefined>
}

/** A command, ready to be started. */
export type Command = {
  name: string
  /** Adds its options to a command line: for --help, and for the completion of a shell. */
  describe: (line: Argv) => Argv
  /** Runs it on arguments; gives the exit code. Throws an `ExpectedError` for what it does not take. */
  main: (args: string[]) => Promise<number>
}

const ROOT = join(import.meta.dirname, '..', '..')

/** Makes a command of its definition. */
export function createCommand<const Given extends CommandOptions>(
  definition: CommandDefinition<Given>,
): Command {
  const { name, takes, purpose, options, conflicts = [], epilogue, run } = definition
  const describe = (line: Argv) => {
    const described = line
      .usage(`$0${takes === undefined ? '' : ` ${takes}`} [options]\n\n${purpose}`)
      .options(options ?? {})
    for (const [one, other] of conflicts) described.conflicts(one, other)
    return epilogue === undefined ? described : described.epilogue(epilogue)
  }
  return {
    name,
    describe,
    async main(args) {
      const line = describe(commandLine(name, args))
        .parserConfiguration({ 'parse-positional-numbers': false, 'duplicate-arguments-array': false })
        .strict(false)
        .strictOptions()
      const given = await line.parseAsync()
      if (given.help || given.version) return EXIT.done
      const words = given._.map(String)
      if (takes === undefined && words.length > 0)
        throw usage(name, `unexpected argument "${words.join(' ')}"`)
      // yargs has held the arguments against these options; its types do not follow a record of them.
      const options = given as unknown as InferredOptionTypes<Given>
      const result = await run({ ...options, words }, screenOf(process.stdout, process.env))
      if (typeof result === 'number') return result
      if (result !== undefined) print(result)
      return EXIT.done
    },
  }
}

function print(text: string): void {
  // A reader who has seen enough (`| head`) is no error.
  process.stdout.on('error', () => process.exit(EXIT.done))
  process.stdout.write(`${text}\n`)
}

/** A command's line, to be given its usage and options. What it does not take is thrown as an `ExpectedError`. */
export function commandLine(name: string, args: readonly string[], program: string = PROGRAM) {
  return yargs(args)
    .scriptName(`${program} ${name}`)
    .strict()
    .version(args.includes('--version') ? versionText(ROOT, process.env) : '')
    .wrap(helpWidth(process.stdout))
    .exitProcess(false)
    .fail((message, error) => {
      throw usage(name, message ?? error.message, program)
    })
}

/** The problem of a command that was called wrongly. */
export function usage(command: string, message: string, program: string = PROGRAM): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'USAGE',
    message,
    next: `See ${program} ${command} --help.`,
  })
}

/** Runs a command: its exit code becomes the process's, and an `ExpectedError` is shown with what to do next. */
export async function runMain(main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    // pnpm hands on the `--` that stands before the arguments.
    process.exitCode = await main(process.argv.slice(2).filter((argument, at) => at > 0 || argument !== '--'))
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    const { style } = screenOf(process.stderr, process.env)
    process.stderr.write(`${style.red(error.code)}: ${error.message}\n${error.next}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
