import { badInput } from '@support-sync/shared/runtime/errors'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import yargs from 'yargs'
import { LISTED } from './commands.ts'

/** Shell completion of commands and options. */

/** The flag that the completion script passes to the program, before the words typed so far. */
export const COMPLETIONS_FLAG = '--get-yargs-completions'

const SHELLS = ['bash', 'zsh'] as const

/** Prints the script that lets a shell complete our commands. Throws an `ExpectedError` for an unknown shell. */
export async function printCompletionScript(shell: string | undefined, program: string): Promise<void> {
  const known = SHELLS.find(name => name === shell)
  if (known === undefined) {
    throw badInput('USAGE', {
      message: shell === undefined ? 'name a shell' : `there is no completion for the shell ${shell}`,
      next: `${SHELLS.map(name => `${PROGRAM} completion ${name}`).join(', or ')}.`,
    })
  }
  // yargs takes the shell from this variable.
  process.env.SHELL = known
  yargs().scriptName(program).completion('completion', false).showCompletionScript()
}

/** Prints the completions of the words typed so far: the commands, or a command's options and their values. */
export async function printCompletions(words: readonly string[]): Promise<void> {
  const [, name, ...others] = words
  const named = others.length > 0 ? LISTED.filter(command => command.name === name) : []
  const line = yargs().scriptName(PROGRAM).exitProcess(false).version(false).completion('completion', false)
  if (named.length === 0) for (const { name, summary } of LISTED) line.command(name, summary)
  for (const { name, summary, load } of named) {
    const { default: command } = await load()
    line.command(name, summary, built => command.describe(built))
  }
  await line.parseAsync([COMPLETIONS_FLAG, ...words])
}
