import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TODAY } from './accounts.ts'
import { writeAccounts, writeOrganizations, writePartners, writeUsers } from './artifacts.ts'
import { type Row, seconds } from './report.ts'
import { binPath, runBin, runProgram } from './run-program.ts'

const CHILD = join(import.meta.dirname, 'child-offline.ts')
const times = z.object({ wallMs: z.number(), cpuMs: z.number() })
const rounds = z.array(z.object({ floor: times, bin: times }))

/** Of a stage: its bin, what it reads and writes, its limits at a million accounts. */
type Measured = {
  stage: string
  bin: string
  dataDir: string
  inputs: readonly string[]
  outputs: readonly string[]
  args: readonly string[]
  mostMb?: number
}

/** The processor and the compares over artifacts of so many accounts, each against the floor. */
export async function benchOffline(dir: string, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  const cpuBefore = new Map<string, { size: number; cpuMs: number }>()
  for (const size of sizes) {
    const folder = join(dir, `offline-${size}`)
    for await (const measured of stages(folder, size)) {
      const memory = await runBin(measured.stage, measured.bin, measured.dataDir, measured.args)
      const { stage } = measured
      const ratio = await ratioToFloor(measured, size)
      const detail = `CPU ${seconds(ratio.bin.cpuMs)} to ${seconds(ratio.floor.cpuMs)}; wall ${ratio.wall.toFixed(2)}`
      rows.push({
        section: 'offline',
        what: stage,
        size: inWords(size),
        figure: '× floor',
        value: ratio.cpu,
        limit: 1.5,
        detail,
      })
      rows.push({
        section: 'offline',
        what: stage,
        size: inWords(size),
        figure: 'peak MB',
        value: Math.round(memory.peakMb),
        ...(size === 1_000_000 && measured.mostMb ? { limit: measured.mostMb } : {}),
        detail: `the bin alone: CPU ${seconds(memory.cpuMs)}, wall ${seconds(memory.wallMs)}`,
      })
      const before = cpuBefore.get(stage)
      if (before && size === before.size * 10) {
        const value = ratio.bin.cpuMs / before.cpuMs
        const detail = `CPU at ${inWords(size)} to CPU at ${inWords(before.size)}`
        rows.push({
          section: 'offline',
          what: stage,
          size: inWords(size),
          figure: '× a tenth',
          value,
          limit: 11,
          detail,
        })
      }
      cpuBefore.set(stage, { size, cpuMs: ratio.bin.cpuMs })
    }
  }
  return rows
}

/** Makes each stage's artifacts when its turn comes: one stage's output is another's input. */
async function* stages(folder: string, size: number): AsyncGenerator<Measured> {
  const at = (stage: string) => join(folder, stage)
  const processor = at('processor')
  const overrides = join(folder, 'overrides.yml')
  writeAccounts(processor, size)
  writeFileSync(overrides, '[]\n')
  const args = ['--today', TODAY]
  const processorArgs = [...args, '--overrides', overrides]
  await runBin('processor', 'processor', processor, processorArgs)
  await writeOrganizations(join(processor, 'global_accounts.json'), join(processor, 'zendesk_global.json'))
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
  }
  writeUsers(at('usgov-user-sync'), Math.ceil(size / 4))
  const users = ['zendesk_users.json', 'salesforce_contacts.json']
  yield {
    stage: 'usgov-user-sync',
    bin: 'compare',
    dataDir: at('usgov-user-sync'),
    inputs: users,
    outputs,
    args,
  }
}

/** The floor and the stage in turn in one process; of several rounds the median counts. */
async function ratioToFloor({ stage, bin, dataDir, inputs, outputs, args }: Measured, size: number) {
  const all = (names: readonly string[]) => names.map(name => join(dataDir, name)).join(',')
  const { stdout } = await runProgram([
    CHILD,
    binPath(stage, bin),
    String(roundsFor(size)),
    join(dataDir, 'floor.tmp'),
    all(inputs),
    all(outputs),
    '--',
    ...['--data-dir', dataDir, '--log-level', 'error', ...args],
  ])
  const measured = rounds.parse(JSON.parse(stdout))
  const sorted = measured.toSorted(
    (one, other) => one.bin.cpuMs / one.floor.cpuMs - other.bin.cpuMs / other.floor.cpuMs,
  )
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error(`${stage} was not measured`)
  return {
    ...middle,
    cpu: middle.bin.cpuMs / middle.floor.cpuMs,
    wall: middle.bin.wallMs / middle.floor.wallMs,
  }
}

/** As many records whatever the size: of a small artifact the first rounds are the compiler's, the floor's as well. */
function roundsFor(size: number): number {
  return Math.max(1, Math.round(300_000 / size))
}

function inWords(size: number): string {
  return `${size.toLocaleString('en')} accounts`
}
