import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequestRecord, Sandbox } from '@support-sync/fixtures/sandbox'
import { smallWorld, type World, type ZendeskWorld, zendeskOf } from '@support-sync/fixtures/world'
import { byInstance, type Instance, resultSchema, USERS_INSTANCE } from '@support-sync/shared/domain'
import { artifacts, type Bin, findStage, STAGES } from '@support-sync/shared/pipeline'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { serve, TODAY } from './bin-inputs.ts'
import type { Server } from './calls.ts'
import { type Names, namesOf, stateOf, writesOf } from './oracle.ts'
import { handOnStamps, stampFor, unstampFrom } from './stamps.ts'
import { startHere } from './start.ts'

/** A bin's run without a fault, the reference for its runs with faults. */
export type Undisturbed = {
  stage: string
  /** By name: a thread cannot receive the functions of its row. */
  bin: string
  /** The servers' records before it. */
  world: World
  /** Its data directory before it. */
  inputs: string
  exitCode: number
  requests: Record<Server, RequestRecord[]>
  writes: string[]
  state: string[]
  /** The texts of its artifacts. Empty for a sync, whose results also depend on its retries: see `results`. */
  artifacts: Map<string, string>
  results: ReportedWrite[]
}

/** The stage table's row of a bin. */
export function rowOf({ stage, bin }: Pick<Undisturbed, 'stage' | 'bin'>): Bin {
  const row = findStage(stage)?.bins.find(row => row.bin === bin)
  if (!row) throw new Error(`there is no bin ${stage} ${bin}`)
  return row
}

/** Runs all stages once, bin by bin, under a directory. Throws if one fails. */
export async function runUndisturbed(folder: string): Promise<Undisturbed[]> {
  const template = smallWorld(TODAY)
  let world = template
  const all: Undisturbed[] = []
  for (const { stage, inputs, bins } of STAGES) {
    const dataDir = join(folder, stage)
    await mkdir(dataDir, { recursive: true })
    for (const [file, producer] of Object.entries(inputs))
      await cp(join(folder, producer, file), join(dataDir, file))
    const producers = [...new Set(Object.values(inputs))]
    handOnStamps(stage, dataDir, new Map(producers.map(producer => [producer, join(folder, producer)])))
    for (const bin of bins) {
      const before = join(folder, `before ${stage} ${bin.bin}`)
      await cp(dataDir, before, { recursive: true })
      const run = await runOnce(stage, bin, world, before, dataDir)
      all.push(run.undisturbed)
      world = { ...template, ...run.after }
    }
  }
  return all
}

async function runOnce(stage: string, bin: Bin, world: World, inputs: string, dataDir: string) {
  const sandbox = await serve(world)
  try {
    const names = namesOf(sandbox)
    stampFor(sandbox, dataDir)
    const { exitCode, log } = await startHere({ stage, bin: bin.bin }, dataDir, sandbox.environment)
    unstampFrom(sandbox, dataDir)
    if (exitCode !== 0 && exitCode !== 4)
      throw new Error(`without a fault, ${stage} ${bin.bin} exits with ${exitCode}:\n${log.join('')}`)
    const { salesforce, slack, gitlab } = sandbox
    const requests = {
      salesforce: [...salesforce.controls.requests],
      ...byInstance(instance => [...sandbox[instance].controls.requests]),
      slack: [...slack.controls.requests],
      gitlab: [...gitlab.controls.requests],
    }
    const undisturbed: Undisturbed = {
      stage,
      bin: bin.bin,
      world,
      inputs,
      exitCode,
      requests,
      writes: writesOf(sandbox, names),
      state: stateOf(sandbox),
      artifacts: await artifactsOf(bin, dataDir),
      results: await resultsOf(bin, dataDir, names),
    }
    return { undisturbed, after: heldBy(sandbox, world) }
  } finally {
    await sandbox.close()
  }
}

/** The instances' current records, as the world of the next bin. */
function heldBy(sandbox: Sandbox, world: World): Readonly<Record<Instance, ZendeskWorld>> {
  return byInstance(instance => {
    const { organizations, users } = sandbox[instance]
    const held = { organizations: organizations.table.all(), users: users.table.all() }
    return { ...zendeskOf(world, instance), ...structuredClone(held) }
  })
}

/** The texts of a bin's artifacts. `resultsOf` reads a sync's results. */
export async function artifactsOf(bin: Bin, dataDir: string): Promise<Map<string, string>> {
  const present = new Set(await readdir(dataDir))
  const names = bin.syncs ? [] : bin.writes.map(({ name }) => name).filter(name => present.has(name))
  return new Map(
    await Promise.all(
      names.map(
        async (name): Promise<[string, string]> => [name, await readFile(join(dataDir, name), 'utf8')],
      ),
    ),
  )
}

/** A sync's result of one write. */
export type ReportedWrite = {
  /** The action and its record. A user is named by address, because the key depends on how the sync found them. */
  what: string
  /** Written, or found written already. */
  done: boolean
  status: string
  error: string | null
}

/** The results of a sync; empty if there is no results file. */
export async function resultsOf(bin: Bin, dataDir: string, names: Names): Promise<ReportedWrite[]> {
  const present = await readdir(dataDir)
  if (!bin.syncs || !present.includes('sync_results.json')) return []
  const results = await Array.fromAsync(readArtifact(join(dataDir, 'sync_results.json'), resultSchema))
  return results.map(({ action, key, id, status, error }) => {
    const isUser = bin.reads.includes(artifacts.users.gathered)
    const subject = isUser && id !== null ? names(USERS_INSTANCE, 'user', id) : key
    return {
      what: `${action} ${subject}`,
      done: status === 'written' || status === 'recognised',
      status,
      error,
    }
  })
}
