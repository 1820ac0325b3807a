import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { INSTANCES, type Instance, TRAITS } from '../../domain/index.ts'
import type { Bin, Stage } from '../../pipeline/index.ts'
import { parsedFile, sumOfFile, writePrivateFile } from '../artifacts/index.ts'
import { takeLock } from '../lock/index.ts'
import { printableJson } from '../text/index.ts'
import type { Environment } from './read-settings.ts'

/** The file of a data directory that says where and when its gathered artifacts were read. */
export const STAMPS = 'stamps.json'
/** Far longer than it takes to write the file. */
const MAX_WAIT_MS = 10_000

const stampSchema = z.object({
  /** The stage that gathered it. */
  stage: z.string(),
  artifact: z.string(),
  sha256: z.string(),
  /** The address that it was read from. */
  instance: z.string(),
  read_at: z.iso.datetime(),
  run_id: z.string(),
  /** The attributes that its records lack, because the instance has no usable field of them. */
  without: z.array(z.string()).exactOptional(),
})
export type Stamp = z.infer<typeof stampSchema>

/** By artifact; of one that is not in this directory, but that something here was made of, by `STAGE/ARTIFACT`. */
export const stampsSchema = z.record(z.string(), stampSchema)
export type Stamps = z.infer<typeof stampsSchema>

/** The stamps of a data directory; none where its artifacts were made by hand. */
export function readStamps(dataDir: string): Stamps {
  const path = join(dataDir, STAMPS)
  return existsSync(path) ? (parsedFile(readFileSync(path), stampsSchema) ?? {}) : {}
}

/** Stamps what a gather has just written. Its time is when the gather began: what changed later may be missing. */
export async function stampGather(
  { stage, bin, dataDir, environment }: { stage: Stage; bin: Bin; dataDir: string; environment: Environment },
  { runId, readAt, without }: { runId: string; readAt: Date; without: readonly string[] },
): Promise<void> {
  const made: Stamps = {}
  for (const artifact of bin.writes) {
    made[artifact] = {
      stage: stage.stage,
      artifact,
      sha256: await sumOfFile(join(dataDir, artifact)),
      instance: addressOf(stage, bin, environment),
      read_at: readAt.toISOString(),
      run_id: runId,
      ...(without.length > 0 ? { without: [...without] } : {}),
    }
  }
  // Two gathers of one stage may end at the same moment, each with its own stamps.
  const lock = takeLock(STAMPS, join(dataDir, '.stamps.lock'), readAt, MAX_WAIT_MS)
  try {
    writePrivateFile(join(dataDir, STAMPS), printableJson({ ...readStamps(dataDir), ...made }))
  } finally {
    lock.release()
  }
}

/** What a stage is handed on from others, with what that was made of. Its own artifacts keep their stamps. */
export function handedOnStamps(
  { inputs, bins }: Stage,
  producers: ReadonlyMap<string, Stamps>,
  own: Stamps,
): Stamps {
  const kept = Object.entries(own).filter(([name]) => bins.some(({ writes }) => writes.includes(name)))
  const handed: Stamps = Object.fromEntries(kept)
  for (const [producer, stamps] of producers) {
    for (const stamp of Object.values(stamps)) {
      const isHere = stamp.stage === producer && inputs[stamp.artifact] === producer
      handed[isHere ? stamp.artifact : `${stamp.stage}/${stamp.artifact}`] = stamp
    }
  }
  return handed
}

/** Which service a bin gathers from: an instance of Zendesk, or Salesforce. */
export function gatheredFrom(
  stage: Pick<Stage, 'instance'>,
  { bin, gathers }: Pick<Bin, 'bin' | 'gathers'>,
): Instance | 'salesforce' {
  const instance = stage.instance ?? INSTANCES.find(one => TRAITS[one].gatherBin === bin)
  const isZendesk = gathers === 'organizations' || gathers === 'users'
  return isZendesk && instance ? instance : 'salesforce'
}

function addressOf(stage: Stage, bin: Bin, environment: Environment): string {
  const from = gatheredFrom(stage, bin)
  const variable = from === 'salesforce' ? 'SALESFORCE_LOGIN_URL' : `ZENDESK_${from.toUpperCase()}_URL`
  return originOf(environment[variable]) ?? 'unknown'
}

/** An address without its path; undefined for none. */
export function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url.trim()) ? new URL(url.trim()).origin : undefined
}
