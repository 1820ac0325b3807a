import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Instance, TRAITS } from '../../domain/index.ts'
import {
  type Bin,
  findStage,
  type GatherPart,
  instanceOf,
  partText,
  type Stage,
  writesArtifact,
} from '../../pipeline/index.ts'
import { parsedFile, sumOfFile, writePrivateFile } from '../artifacts/index.ts'
import { takeLock } from '../lock/index.ts'
import type { Environment } from '../settings/index.ts'
import { printableJson } from '../text/index.ts'

/** The file that says from where and when a stage gathered the artifacts of a data directory. */
export const STAMPS = 'stamps.json'
/** How long to wait for another gather that writes the file. Writing takes much less. */
const MAX_WAIT_MS = 10_000

const stampSchema = z.object({
  /** The stage that gathered it. */
  stage: z.string(),
  artifact: z.string(),
  sha256: z.string(),
  /** The address of the service. */
  instance: z.string(),
  read_at: z.iso.datetime(),
  run_id: z.string(),
  /** The attributes that its records lack, because the instance has no usable field for them. */
  without: z.array(z.string()).exactOptional(),
  /** The part that it has, as I/N, until all N parts are joined. */
  part: z.string().exactOptional(),
  /** The number of parts that it was joined from. */
  parts: z.int().exactOptional(),
})
export type Stamp = z.infer<typeof stampSchema>

/** By artifact, or by `STAGE/ARTIFACT` for a source that is not in this directory. */
export const stampsSchema = z.record(z.string(), stampSchema)
export type Stamps = z.infer<typeof stampsSchema>

/** The stamps of a data directory. Empty if its artifacts were made by hand. */
export function readStamps(dataDir: string): Stamps {
  const path = join(dataDir, STAMPS)
  return existsSync(path) ? (parsedFile(readFileSync(path), stampsSchema) ?? {}) : {}
}

/** Stamps a gather's outputs with the time when the gather started, because later changes may be missing. */
export async function stampGather(
  { row, dataDir, environment }: { row: Bin; dataDir: string; environment: Environment },
  {
    runId,
    readAt,
    without,
    part,
  }: { runId: string; readAt: Date; without: readonly string[]; part: GatherPart | undefined },
): Promise<void> {
  const made: Stamps = {}
  for (const { name: artifact } of row.writes) {
    made[artifact] = {
      stage: row.stage,
      artifact,
      sha256: await sumOfFile(join(dataDir, artifact)),
      instance: addressOf(gatheredFrom(row), environment) ?? 'unknown',
      read_at: readAt.toISOString(),
      run_id: runId,
      ...(without.length > 0 ? { without: [...without] } : {}),
      ...(part ? { part: partText(part) } : {}),
    }
  }
  // Two gathers of a stage may end at the same moment, each with its own stamps.
  const lock = takeLock(STAMPS, join(dataDir, '.stamps.lock'), readAt, MAX_WAIT_MS)
  try {
    writePrivateFile(join(dataDir, STAMPS), printableJson({ ...readStamps(dataDir), ...made }))
  } finally {
    lock.release()
  }
}

/** The stamps of a stage's inputs and of their sources. The stage's own artifacts keep their stamps. */
export function handedOnStamps(
  { inputs, bins }: Stage,
  producers: ReadonlyMap<string, Stamps>,
  own: Stamps,
): Stamps {
  const kept = Object.entries(own).filter(([name]) => bins.some(row => writesArtifact(row, name)))
  const handed: Stamps = Object.fromEntries(kept)
  for (const [producer, stamps] of producers) {
    for (const stamp of Object.values(stamps)) {
      const isHere = stamp.stage === producer && inputs[stamp.artifact] === producer
      handed[isHere ? stamp.artifact : `${stamp.stage}/${stamp.artifact}`] = stamp
    }
  }
  return handed
}

/** The bin that gathered what a stamp is about. Undefined if the stage table has no such bin. */
export function gathererOf({ stage, artifact }: Stamp): Bin | undefined {
  return findStage(stage)?.bins.find(row => writesArtifact(row, artifact))
}

/** The service that a bin gathers from: a Zendesk instance or Salesforce. */
export function gatheredFrom(row: Bin): Instance | 'salesforce' {
  const isZendesk = row.gathers === 'organizations' || row.gathers === 'users'
  return (isZendesk ? instanceOf(row) : undefined) ?? 'salesforce'
}

/** The address of a service by its variable, without a path; undefined if the variable has no valid address. */
export function addressOf(service: Instance | 'salesforce', environment: Environment): string | undefined {
  const variable = service === 'salesforce' ? 'SALESFORCE_LOGIN_URL' : `${TRAITS[service].variables}_URL`
  return originOf(environment[variable])
}

/** An address without its path. */
function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url.trim()) ? new URL(url.trim()).origin : undefined
}
