import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { seconds } from '../../cli/pipeline/stage-table.ts'
import { TODAY } from './accounts.ts'
import { writeAccounts, writeOrganizations, writePartners, writeUsers } from './artifacts.ts'
import type { Row } from './report.ts'
import { binPath, runBin, runProgram } from './run-program.ts'

const CHILD = join(import.meta.dirname, 'child-offline.ts')
const times = z.object({ wallMs: z.number(), cpuMs: z.number() })
const rounds = z.array(z.object({ floor: times, join: times.optional(), bin: times }))

/** A stage's bin, inputs, outputs and limits. */
type Measured = {
  stage: string
  bin: string
  dataDir: string
  inputs: readonly string[]
  outputs: readonly string[]
  args: readonly string[]
  /**
   * The key of a plain join of its inputs. For records of 200 bytes, a join takes nearly twice as long as parsing. The
   * bench measures it next to the floor to show its part of the ratio.
   */
  joinBy?: string
  /** At a million accounts. */
  mostMb?: number
}

const BYTES_MEASURED = 600_000_000
const MAX_TO_FLOOR = 1.5
const MAX_TO_TENTH = 11

/** The processor and the compares over artifacts of this many accounts, each against the floor. */
export async function benchOffline(dir: string, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  const cpuBefore = new Map<string, { size: number; bin: number; join: number | undefined }>()
  for (const size of sizes) {
    const folder = join(dir, `offline-${size}`)
    for await (const measured of stages(folder, size)) {
      const { stage, mostMb } = measured
      const memory = await runBin(stage, measured.bin, measured.dataDir, measured.args)
      const { floor, join, bin } = await runInTurn(measured)
      const add = (figure: string, value: number, limit: number | undefined, detail: string) =>
        rows.push({
          section: 'offline',
          what: stage,
          size: inWords(size),
          figure,
          value,
          ...(limit === undefined ? {} : { limit }),
          detail,
        })
      const cpu = `CPU ${seconds(bin.cpuMs)} to ${seconds(floor.cpuMs)}`
      const wall = `wall ${(bin.wallMs / floor.wallMs).toFixed(2)}`
      add('× floor', bin.cpuMs / floor.cpuMs, MAX_TO_FLOOR, `${cpu}; ${wall}`)
      if (join) {
        const detail = `the join is ${(join.cpuMs / floor.cpuMs).toFixed(2)} × floor`
        add('× bare join', bin.cpuMs / join.cpuMs, undefined, detail)
      }
      const alone = `the bin alone: CPU ${seconds(memory.cpuMs)}, wall ${seconds(memory.wallMs)}`
      add('peak MB', Math.round(memory.peakMb), size === 1_000_000 ? mostMb : undefined, alone)
      const before = cpuBefore.get(stage)
      if (before && size === before.size * 10) {
        const cpuOf = `CPU at ${inWords(size)} to CPU at ${inWords(before.size)}`
        // A map of 250,000 keys no longer fits into the CPU's cache, so a plain join grows faster than its input.
        const ofJoin =
          join && before.join ? `; the bare join's × ${(join.cpuMs / before.join).toFixed(1)}` : ''
        add('× a tenth', bin.cpuMs / before.bin, MAX_TO_TENTH, `${cpuOf}${ofJoin}`)
      }
      cpuBefore.set(stage, { size, bin: bin.cpuMs, join: join?.cpuMs })
    }
  }
  return rows
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
    mostMb: 400,
  }
  const compare = at('compare-global')
  mkdirSync(compare, { recursive: true })
  for (const name of ['global_accounts.json', 'zendesk_global.json'])
    symlinkSync(join(processor, name), join(compare, name))
  yield {
    stage: 'compare-global',
    bin: 'compare',
    dataDir: compare,
    inputs: ['zendesk_global.json', 'global_accounts.json'],
    outputs: ['global_updates.json', 'global_creates.json', 'global_not_in_sync.json'],
    args,
    mostMb: 700,
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

/** Runs the floor and the stage in turn in one process. The round with the median ratio counts. */
async function runInTurn({ stage, bin, dataDir, inputs, outputs, args, joinBy }: Measured) {
  const all = (names: readonly string[]) => names.map(name => join(dataDir, name)).join(',')
  const { stdout } = await runProgram([
    CHILD,
    binPath(stage, bin),
    String(roundsFor(inputs.map(name => join(dataDir, name)))),
    join(dataDir, 'floor.tmp'),
    all(inputs),
    all(outputs),
    joinBy ?? '',
    '--',
    ...['--data-dir', dataDir, '--log-level', 'error', ...args],
  ])
  const measured = rounds.parse(JSON.parse(stdout))
  const sorted = measured.toSorted(
    (one, other) => one.bin.cpuMs / one.floor.cpuMs - other.bin.cpuMs / other.floor.cpuMs,
  )
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error(`${stage} was not measured`)
  return middle
}

/** The same number of bytes for any size. With small artifacts, the first rounds mostly measure the compiler. */
function roundsFor(inputs: readonly string[]): number {
  const bytes = inputs.reduce((sum, path) => sum + statSync(path).size, 0)
  return Math.max(1, Math.round(BYTES_MEASURED / bytes))
}

function inWords(size: number): string {
  return `${size.toLocaleString('en')} accounts`
}
