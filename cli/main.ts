import { join } from 'node:path'
import { versionText } from '@support-sync/shared/runtime/bin'
import { badInput, EXIT, type ExpectedError } from '@support-sync/shared/runtime/errors'
import { columns, didYouMean } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { runMain } from './command/command.ts'
import { COMMANDS, LISTED } from './command/commands.ts'
import { COMPLETIONS_FLAG, printCompletionScript, printCompletions } from './command/completion.ts'

/** `./support-sync COMMAND`: the entry point for people. */

const ROOT = join(import.meta.dirname, '..')
const HELP = [undefined, '--help', '-h', 'help']

await runMain(main)

async function main([name, ...args]: string[]): Promise<number> {
  if (HELP.includes(name)) return say(list(process.stdout.columns))
  if (name === '--version' || name === '-v') return say(`support-sync ${versionText(ROOT, process.env)}`)
  if (name === 'completion') {
    await printCompletionScript(args[0], join(ROOT, 'support-sync'))
    return EXIT.done
  }
  if (name === COMPLETIONS_FLAG) {
    await printCompletions(args)
    return EXIT.done
  }
  const listed = LISTED.find(command => command.name === name)
  if (listed === undefined) throw unknownCommand(name)
  const { default: command } = await listed.load()
  return await command.main(args.map(argument => (argument === '-h' ? '--help' : argument)))
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return EXIT.done
}

/** All commands with a line each, grouped by purpose. */
function list(width: number | undefined): string {
  const longest = Math.max(...LISTED.map(({ name }) => name.length))
  const groups = COMMANDS.flatMap(({ title, commands }) => [
    '',
    `${title}:`,
    ...columns(
      commands.map(({ name, summary }) => [name.padEnd(longest), summary]),
      { indent: 2, width },
    ),
  ])
  return [
    `${PROGRAM} COMMAND [options]`,
    ...groups,
    '',
    `${PROGRAM} COMMAND --help  shows the options of a command`,
    `${PROGRAM} --version       shows the version and the commit`,
    '',
    'To complete commands and options in your shell, add this to ~/.bashrc (with zsh, to ~/.zshrc):',
    'source <(/path/to/support-sync/support-sync completion bash)',
  ].join('\n')
}

function unknownCommand(name: string | undefined): ExpectedError {
  const known = [...LISTED.map(command => command.name), 'completion']
  return badInput('USAGE', {
    message: `there is no command "${name}"${didYouMean(name ?? '', known)}`,
    next: `${PROGRAM} --help lists the commands.`,
  })
}
