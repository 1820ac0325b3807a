import { randomUUID } from 'node:crypto'
import { type Bin, findStage, STAGES, type Stage } from '@support-sync/shared/pipeline'
import { optionsByKind, typedName } from '@support-sync/shared/runtime/bin'
import { continuesPipeline, EXIT, worstExitCode } from '@support-sync/shared/runtime/errors'
import { columns, didYouMean } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { type Command, runMain } from './command/command.ts'
import { runBinProcess } from './pipeline/run-bin.ts'

/** `run-stage PACKAGE [BIN] [options]`: runs one bin, or all bins of a package in order. */

const command: Command = {
  name: 'run-stage',
  describe: line => line.usage('$0 PACKAGE [BIN] [options]'),
  async main([packageName, ...rest]) {
    const binName = rest[0]?.startsWith('-') ? undefined : rest.shift()
    return await runStage(packageName, binName, rest)
  },
}

export default command

async function runStage(
  stageName: string | undefined,
  bin: string | undefined,
  args: string[],
): Promise<number> {
  const stage = stageName === undefined ? undefined : findStage(stageName)
  if (stage === undefined) {
    const known = columns(
      STAGES.map(row => [row.stage, row.bins.map(({ bin }) => bin).join(', ')]),
      { indent: 2, width: process.stdout.columns },
    )
    const isHelp = stageName === '--help'
    const problem = isHelp || stageName === undefined ? '' : `${unknownStage(stageName)}\n\n`
    const print = isHelp ? console.log : console.error
    print(
      `${problem}${PROGRAM} run-stage PACKAGE [BIN] [options]\n\nPackages and their bins, in order:\n${known.join('\n')}\n\n` +
        `${PROGRAM} run-stage PACKAGE BIN --help\nshows what a bin reads, writes and needs.`,
    )
    return isHelp ? EXIT.done : EXIT.badInput
  }
  const bins = bin === undefined ? stage.bins : stage.bins.filter(row => row.bin === bin)
  if (bins.length === 0) {
    console.error(
      `Unknown bin "${bin}" of ${stage.stage}. It has: ${stage.bins.map(row => row.bin).join(', ')}.`,
    )
    return EXIT.badInput
  }
  const environment = { ...process.env, RUN_ID: process.env.RUN_ID || randomUUID() }
  const codes: number[] = []
  for (const [index, row] of bins.entries()) {
    if (index > 0 && args.includes('--help')) console.log()
    codes.push(
      await runBinProcess(
        row,
        bin === undefined ? argumentsFor(row, stage, args) : args,
        environment,
        'terminal',
      ),
    )
    if (!stage.independentBins && !continuesPipeline(codes.at(-1) ?? EXIT.done)) break
  }
  return worstExitCode(codes)
}

function unknownStage(name: string): string {
  const meant = didYouMean(
    name,
    STAGES.map(({ stage }) => stage),
  )
  return `Unknown stage "${name}"${meant || '.'}`
}

/** The options for one bin of a package. An option that no bin takes goes to every bin, so that it is refused. */
function argumentsFor(bin: Bin, { bins }: Stage, args: readonly string[]): string[] {
  let isFor = true
  return args.filter(argument => {
    // A value follows its option.
    if (argument.startsWith('--')) {
      const name = argument.slice(2).split('=')[0] ?? ''
      isFor = takes(bin, name) || !bins.some(other => takes(other, name))
    }
    return isFor
  })
}

function takes(bin: Bin, option: string): boolean {
  const isOne = (kinds: Pick<Bin, 'syncs'>) => optionsByKind(kinds).map(typedName).includes(option)
  if (option === 'protected-ids') return bin.bin === 'compare'
  return isOne(bin) || !isOne({ syncs: true })
}

if (import.meta.main) await runMain(command.main)
