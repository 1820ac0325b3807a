import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { durationText } from '@support-sync/shared/runtime/text'
import { z } from 'zod'
import { TODAY } from './accounts.ts'
import { writeAccounts, writeOrganizations, writePartners, writeUsers } from './artifacts.ts'
import { outputOf } from './floor.ts'
import type { Row } from './report.ts'
import { binPath, type Run, runBin, runProgram, WITH_COMPILE_CACHE } from './run-program.ts'

const FLOOR = join(import.meta.dirname, 'floor-program.ts')
const PLAIN_LOOP = join(import.meta.dirname, 'plain-loop.ts')
const CHILD = join(import.meta.dirname, 'child-offline.ts')
const times = z.object({ wallMs: z.number(), cpuMs: z.number() })
const rounds = z.array(z.object({ floor: times, join: times, bin: times }))

/** A stage's bin, inputs and outputs. */
type Measured = {
  stage: string
  bin: string
  dataDir: string
  inputs: readonly string[]
  outputs: readonly string[]
  args: readonly string[]
  /**
   * The key of a plain join of its inputs. A stage with such a key is compared with the join: its records have 200
   * bytes, and a join of them takes twice as long as parsing.
   */
  joinBy?: string
}

const ROUNDS = 3
const BYTES_MEASURED = 100_000_000
const MAX_TO_FLOOR = 1.5
const MAX_TO_TENTH = 11
/** The size that the limits are made for. */
const LIMITED_FROM = 300_000
const MAX_MB = 300

/**
 * Measures the stages without network with this many accounts. The processor and a large compare run against the plain
 * loop, which is what you would write first, and the floor, which is the work that is unavoidable. Small compares run
 * against a bare join.
 */
export async function benchOffline(dir: string, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  const cpuBefore = new Map<string, { size: number; cpuMs: number }>()
  for (const size of sizes) {
    for await (const measured of stages(join(dir, `offline-${size}`), size)) {
      const { stage, joinBy } = measured
      const add = (row: Omit<Row, 'section' | 'what' | 'size'>) =>
        rows.push({ section: 'offline', what: stage, size: inWords(size), ...row })
      const cpuMs =
        joinBy === undefined ? await addWhole(measured, size, add) : await addJoined(measured, joinBy, add)
      const before = cpuBefore.get(stage)
      if (before && size === before.size * 10)
        add({
          figure: '× a tenth',
          value: cpuMs / before.cpuMs,
          // A map of 250,000 keys no longer fits into the CPU's cache: a plain join grows faster than its input.
          ...(joinBy === undefined ? { limit: MAX_TO_TENTH } : {}),
          detail: `CPU at ${inWords(size)} to CPU at ${inWords(before.size)}`,
        })
      cpuBefore.set(stage, { size, cpuMs })
    }
  }
  return rows
}

type AddRow = (row: Omit<Row, 'section' | 'what' | 'size'>) => void

/** Runs the stage, the plain loop and the floor in turn, each as a whole process. The floor writes what the stage wrote. */
async function addWhole(measured: Measured, size: number, add: AddRow): Promise<number> {
  const { stage, bin, dataDir, inputs, outputs, args } = measured
  const at = (name: string) => join(dataDir, name)
  const ran: { run: Run; plain: Run; floor: Run }[] = []
  const isLimited = size >= LIMITED_FROM
  // A smaller size only shows the growth.
  const repeats = isLimited ? ROUNDS : 1
  for (let round = 0; round < repeats; round += 1) {
    const run = await runBin(stage, bin, dataDir, args, WITH_COMPILE_CACHE)
    // Each round writes the same outputs.
    if (round === 0) writeFileSync(at('outputs.tmp'), JSON.stringify(outputs.map(name => outputOf(at(name)))))
    const floorInputs = [at('outputs.tmp'), at('floor.tmp'), ...inputs.map(at)]
    ran.push({
      run,
      plain: await runProgram([PLAIN_LOOP, stage, dataDir, at('plain.tmp')], WITH_COMPILE_CACHE),
      floor: await runProgram([FLOOR, ...floorInputs], WITH_COMPILE_CACHE),
    })
  }
  const bounds = { 'plain loop': 'plain', floor: 'floor' } as const
  for (const [name, bound] of Object.entries(bounds)) {
    const middle = middleOf(ran, one => one.run.wallMs / one[bound].wallMs)
    const { run } = middle
    add({
      figure: `× ${name}`,
      value: run.wallMs / middle[bound].wallMs,
      ...(isLimited ? { limit: MAX_TO_FLOOR } : {}),
      detail: `${durationText(run.wallMs)} to ${durationText(middle[bound].wallMs)}; CPU ${durationText(run.cpuMs)} to ${durationText(middle[bound].cpuMs)}`,
    })
  }
  const peakOf = (runs: readonly Run[]) => Math.round(Math.max(...runs.map(({ peakMb }) => peakMb)))
  add({
    figure: 'peak MB',
    value: peakOf(ran.map(({ run }) => run)),
    ...(isLimited ? { limit: MAX_MB } : {}),
    detail: `the floor ${peakOf(ran.map(({ floor }) => floor))} MB`,
  })
  return middleOf(ran, one => one.run.cpuMs).run.cpuMs
}

/** Runs the floor, a bare join and the stage in turn in one process: a start would take longer than the stage. */
async function addJoined(measured: Measured, joinBy: string, add: AddRow): Promise<number> {
  const { stage, bin, dataDir, inputs, outputs, args } = measured
  const all = (names: readonly string[]) => names.map(name => join(dataDir, name))
  await runBin(stage, bin, dataDir, args)
  const { stdout } = await runProgram([
    CHILD,
    binPath(stage, bin),
    String(roundsFor(all(inputs))),
    join(dataDir, 'floor.tmp'),
    all(inputs).join(','),
    all(outputs).join(','),
    joinBy,
    '--',
    ...['--data-dir', dataDir, '--log-level', 'error', ...args],
  ])
  const middle = middleOf(
    rounds.parse(JSON.parse(stdout)),
    ({ bin: own, join: bare }) => own.cpuMs / bare.cpuMs,
  )
  add({
    figure: '× bare join',
    value: middle.bin.cpuMs / middle.join.cpuMs,
    limit: MAX_TO_FLOOR,
    detail: `CPU ${durationText(middle.bin.cpuMs)} to ${durationText(middle.join.cpuMs)}; the join is ${(middle.join.cpuMs / middle.floor.cpuMs).toFixed(2)} × floor`,
  })
  return middle.bin.cpuMs
}

function middleOf<One>(all: readonly One[], by: (one: One) => number): One {
  const middle = all.toSorted((one, other) => by(one) - by(other))[Math.floor(all.length / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

/** Creates each stage's artifacts just before it runs: one stage's output is another's input. */
async function* stages(folder: string, size: number): AsyncGenerator<Measured> {
  const at = (stage: string) => join(folder, stage)
  const processor = at('processor')
  const overrides = join(folder, 'overrides.yml')
  writeAccounts(processor, size)
  writeFileSync(overrides, '[]\n')
  const args = ['--today', TODAY]
  const processorArgs = [...args, '--overrides', overrides]
  await runBin('processor', 'processor', processor, processorArgs)
  writeOrganizations(join(processor, 'global_accounts.json'), join(processor, 'zendesk_global.json'))
  yield {
    stage: 'processor',
    bin: 'processor',
    dataDir: processor,
    inputs: ['salesforce_accounts.json', 'zendesk_global.json'],
    outputs: ['global_accounts.json', 'usgov_accounts.json'],
    args: processorArgs,
  }
  const compare = at('compare-global')
  mkdirSync(compare, { recursive: true })
  for (const name of ['global_accounts.json', 'zendesk_global.json', 'doubts.json'])
    symlinkSync(join(processor, name), join(compare, name))
  yield {
    stage: 'compare-global',
    bin: 'compare',
    dataDir: compare,
    inputs: ['zendesk_global.json', 'global_accounts.json'],
    outputs: ['global_updates.json', 'global_creates.json', 'global_not_in_sync.json'],
    args,
  }
  const outputs = ['updates.json', 'creates.json', 'not_in_sync.json']
  writePartners(at('partner-sync'), Math.ceil(size / 10))
  const partners = ['zendesk_orgs.json', 'salesforce_accounts.json']
  yield {
    stage: 'partner-sync',
    bin: 'compare',
    dataDir: at('partner-sync'),
    inputs: partners,
    outputs,
    args,
    joinBy: 'salesforce_id',
  }
  writeUsers(at('usgov-user-sync'), Math.ceil(size / 4))
  const users = ['zendesk_users.json', 'salesforce_contacts.json', 'zendesk_orgs.json']
  yield {
    stage: 'usgov-user-sync',
    bin: 'compare',
    dataDir: at('usgov-user-sync'),
    inputs: users,
    outputs,
    args,
    joinBy: 'email',
  }
}

/** The same number of bytes for any size. With small artifacts, the first rounds mostly measure the compiler. */
function roundsFor(inputs: readonly string[]): number {
  const bytes = inputs.reduce((sum, path) => sum + statSync(path).size, 0)
  return Math.max(1, Math.round(BYTES_MEASURED / bytes))
}

function inWords(size: number): string {
  return `${size.toLocaleString('en')} accounts`
}
