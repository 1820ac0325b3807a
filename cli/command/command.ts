import { join } from 'node:path'
import { nearOptions, versionText } from '@support-sync/shared/runtime/bin'
import {
  badInput,
  EXIT,
  type ExpectedError,
  exitCodeOf,
  expectedFrom,
} from '@support-sync/shared/runtime/errors'
import { helpWidth, type Screen, screenOf } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import yargs, { type Argv, type InferredOptionTypes, type Options } from 'yargs'

/** The shape of every command: its name, arguments, options, purpose, handler and exit code. */

type CommandOptions = Readonly<Record<string, Options>>

type CommandDefinition<Given extends CommandOptions> = {
  name: string
  /** The placeholder for its arguments, such as `RECORD`. Omit it if the command takes only options. */
  takes?: string
  /** What it does, in a sentence or two. */
  purpose: string
  options?: Given
  /** Pairs of options that exclude each other. */
  conflicts?: readonly (readonly [string, string])[]
  epilogue?: string
  /** Returns a text to print (exit code 0), or the exit code. */
  run: (
    given: InferredOptionTypes<Given> & { words: string[] },
    screen: Screen,
  ) => Promise<string | number | undefined>
}

/** A command that is ready to run. */
export type Command = {
  name: string
  /** Adds its options to a command line, for --help and shell completion. */
  describe: (line: Argv) => Argv
  /** Runs the command and returns its exit code. Throws an `ExpectedError` for an invalid argument. */
  main: (args: string[]) => Promise<number>
}

/** yargs's words about a choice that does not exist, as one sentence. */
const YARGS_TEXTS = {
  'Invalid values:': 'invalid value:',
  'Argument: %s, Given: %s, Choices: %s': '--%s is %s, and must be one of %s',
}

const ROOT = join(import.meta.dirname, '..', '..')

/** Creates a command from its definition. */
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
        .parserConfiguration({
          'parse-positional-numbers': false,
          'duplicate-arguments-array': false,
          // Otherwise the error would name an unknown option in two spellings.
          'camel-case-expansion': false,
        })
        .fail((message, error) => {
          throw usage(
            name,
            `${message ?? error.message}${nearOptions(args, optionNames(definition.options))}`,
          )
        })
        .strict(false)
        .strictOptions()
      const given = await line.parseAsync()
      if (given.help || given.version) return EXIT.done
      const words = given._.map(String)
      if (takes === undefined && words.length > 0)
        throw usage(name, `unexpected argument "${words.join(' ')}"`)
      // yargs has checked the arguments against these options, but its types cannot follow a record of options.
      const options = given as unknown as InferredOptionTypes<Given>
      const result = await run({ ...options, words }, screenOf(process.stdout, process.env))
      if (typeof result === 'number') return result
      if (result !== undefined) process.stdout.write(`${result}\n`)
      return EXIT.done
    },
  }
}

function optionNames(options: CommandOptions = {}): string[] {
  return Object.entries(options).flatMap(([name, { alias = [] }]) => [name, alias].flat())
}

/** A yargs command line without usage and options. It throws an `ExpectedError` for an invalid argument. */
export function commandLine(name: string, args: readonly string[], program: string = PROGRAM) {
  return yargs(args)
    .scriptName(`${program} ${name}`)
    .updateStrings(YARGS_TEXTS)
    .strict()
    .help('help', 'show this help')
    .version('version', 'show the version', args.includes('--version') ? versionText(ROOT, process.env) : '')
    .wrap(helpWidth(process.stdout))
    .exitProcess(false)
    .fail((message, error) => {
      throw usage(name, message ?? error.message, program)
    })
}

/** The error of a command that is called incorrectly. */
export function usage(command: string, message: string, program: string = PROGRAM): ExpectedError {
  return badInput('USAGE', {
    message,
    next: `See ${program} ${command} --help.`,
  })
}

/** Runs a command and sets the process's exit code. Shows an `ExpectedError` with its next step. */
export async function runMain(main: (args: string[]) => Promise<number>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  try {
    // pnpm also passes the `--` that separates its own arguments from ours.
    process.exitCode = await main(process.argv.slice(2).filter((argument, at) => at > 0 || argument !== '--'))
  } catch (thrown) {
    const error = expectedFrom(thrown)
    if (!error) throw thrown
    const { style } = screenOf(process.stderr, process.env)
    process.stderr.write(`${style.red(error.code)}: ${error.message}\n${error.next}\n`)
    process.exitCode = exitCodeOf(error)
  }
}

/** A reader that closes the pipe early (`| head`) must not end a run. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
