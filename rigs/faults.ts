import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { commandLine, runMain, usage } from '../cli/command/command.ts'
import { type Outcome, removeAll } from './faults/cell.ts'
import { allCells, type Cell } from './faults/cells.ts'
import { runCells } from './faults/run-cells.ts'
import { coveringSample, sampleOf } from './faults/sample.ts'
import { nameOf, outcomeTable, problemList } from './faults/table.ts'
import { runUndisturbed } from './faults/undisturbed.ts'
import { dice } from './random.ts'
import { SCRIPTS } from './scripts.ts'

/** `pnpm faults`: tests every network call of the nine stages with every fault, against local servers. */

await runMain(main)

async function main(args: string[]): Promise<number> {
  const given = await commandLine('faults', args, SCRIPTS)
    .usage(
      '$0 [options]\n\nTests every network call of the nine stages with every fault: on its first, a middle and its last request. Checks that each run recovers or stops cleanly, and writes nothing wrong.',
    )
    .options({
      call: { type: 'string', describe: 'only calls whose stage, bin and name contain this text' },
      fault: { type: 'string', describe: 'only faults whose name contains this text' },
      sample: {
        type: 'number',
        describe: 'number of random cells to run; 0: a small sample that covers every call and fault',
      },
      seed: { type: 'number', default: 1, describe: 'seed of the random choice' },
      'child-processes': {
        type: 'number',
        default: 40,
        describe: 'number of random cells to run again with bins as child processes',
      },
      json: { type: 'string', describe: 'file to write the results to' },
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done

  const started = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  try {
    const runs = await runUndisturbed(folder)
    const random = dice(given.seed)
    const cells = chosen(allCells(runs), given, random)
    if (cells.length === 0) throw usage('faults', 'no call and fault match these options', SCRIPTS)
    const outcomes: Outcome[] = []
    const onEnd = (outcome: Outcome) => {
      outcomes.push(outcome)
      showProgress(outcomes.length, cells.length + children.length)
    }
    const children = sampleOf(cells, given.childProcesses, random)
    await runCells(cells, runs, false, onEnd)
    await runCells(children, runs, true, onEnd)
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    outcomes.sort((one, other) => cells.indexOf(one.cell) - cells.indexOf(other.cell))
    return await report(outcomes, children.length, performance.now() - started, given.json)
  } finally {
    await removeAll(folder)
  }
}

function chosen(
  all: readonly Cell[],
  given: { call?: string | undefined; fault?: string | undefined; sample?: number | undefined },
  random: () => number,
): Cell[] {
  const wanted = all.filter(
    ({ call, fault }) =>
      `${call.stage} ${call.bin} ${call.name}`.includes(given.call ?? '') &&
      fault.name.includes(given.fault ?? ''),
  )
  if (given.sample === undefined) return wanted
  return given.sample === 0 ? coveringSample(wanted, random) : sampleOf(wanted, given.sample, random)
}

async function report(
  outcomes: readonly Outcome[],
  children: number,
  milliseconds: number,
  json: string | undefined,
): Promise<number> {
  console.log(outcomeTable(outcomes))
  const wrong = outcomes.filter(({ outcome }) => outcome === 'wrong')
  if (wrong.length > 0) console.log(`\n${problemList(outcomes)}`)
  const seconds = Math.round(milliseconds / 1000)
  console.log(
    `\n${outcomes.length} cells in ${seconds} s, ${children} of them with bins as child processes: ${wrong.length} wrong.`,
  )
  if (json !== undefined) {
    const lines = outcomes.map(({ cell, ...outcome }) => JSON.stringify({ cell: nameOf(cell), ...outcome }))
    await writeFile(json, `[\n${lines.join(',\n')}\n]\n`)
  }
  return wrong.length === 0 ? EXIT.done : EXIT.bug
}

function showProgress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} cells`)
}
