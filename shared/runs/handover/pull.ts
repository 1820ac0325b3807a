import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findStage, handoverBin, type Stage, type StageName } from '../../pipeline/index.ts'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../../runtime/artifacts/index.ts'
import type { ExpectedError } from '../../runtime/errors/index.ts'
import { handedOnStamps, readStamps, STAMPS, type Stamps, stampsSchema } from '../../runtime/records/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { MANIFEST } from './manifest.ts'
import type { Copy, HandoverStore, Producer, WantedRun } from './store.ts'
import { type FileRefusal, incomplete, verifiedFiles } from './verified-files.ts'

/**
 * Copies a stage's inputs into its data directory, each from the run that `runOf` returns, and checks them against that
 * run's manifest. Copies either all inputs or none. Only an optional input may be absent, if its stage left none. Returns
 * the names of the absent inputs.
 * Throws an `ExpectedError` if a producer left no such files, with each copy and what is wrong with it, or if a file is
 * too large.
 */
export async function pullInputs(
  stage: Stage,
  dataDir: string,
  store: HandoverStore,
  runOf: (producer: StageName) => WantedRun,
): Promise<string[]> {
  makePrivateDirectory(dataDir)
  await Promise.all(Object.keys(stage.inputs).map(name => rm(join(dataDir, name), { force: true })))
  const pulled = new Map<string, Uint8Array>()
  const stamps = new Map<string, Stamps>()
  const absent: string[] = []
  for (const { producer, names } of handedTo(stage)) {
    const run = runOf(producer.stage)
    const { files, refused, isAbsent } = await find(producer, names, store, run)
    if (files === undefined && !(isAbsent && names.every(name => stage.optionalInputs?.includes(name))))
      throw missing(producer, run, refused)
    if (files === undefined) absent.push(...names)
    const own = parsedFile(files?.get(STAMPS), stampsSchema) ?? {}
    stamps.set(producer.stage, { ...stamps.get(producer.stage), ...own })
    for (const [name, content] of files ?? []) if (name !== STAMPS) pulled.set(name, content)
  }
  for (const [name, content] of pulled) writePrivateFile(join(dataDir, name), content)
  writePrivateFile(join(dataDir, STAMPS), printableJson(handedOnStamps(stage, stamps, readStamps(dataDir))))
  return absent
}

/** The producers of a stage's inputs, and the names of these inputs. */
function handedTo({ inputs }: Stage): { producer: Producer; names: string[] }[] {
  const handed = new Map<string, { producer: Producer; names: string[] }>()
  for (const [name, stage] of Object.entries(inputs)) {
    const from = findStage(stage)
    const producer = { stage, bin: (from && handoverBin(from, name)) ?? '' }
    const key = `${stage} ${producer.bin}`
    handed.set(key, { producer, names: [...(handed.get(key)?.names ?? []), name] })
  }
  return [...handed.values()]
}

type Found = {
  files?: Map<string, Uint8Array>
  /** What is wrong with each copy. */
  refused: string[]
  /** Whether the producer left none. False if a copy was changed or has expired. */
  isAbsent: boolean
}

async function find(
  producer: Producer,
  names: readonly string[],
  store: HandoverStore,
  run: WantedRun,
): Promise<Found> {
  const found: Found = { refused: [], isAbsent: true }
  for await (const copy of store.copies(producer, run)) {
    const files = await filesOf(copy, producer.stage, names, run)
    if (files instanceof Map) return { ...found, files }
    found.refused.push(`${copy.origin}: ${files.why}`)
    found.isAbsent &&= files.isAbsent
  }
  return found
}

function missing({ stage }: Producer, run: WantedRun, refused: readonly string[]): ExpectedError {
  const next = `Start again from ${stage}, or resume a run that still has its artifacts.`
  return incomplete({ stage, run, refused, next })
}

/** The files of a copy, or what is wrong with it. */
async function filesOf(
  copy: Copy,
  producer: string,
  names: readonly string[],
  run: WantedRun,
): Promise<Map<string, Uint8Array> | FileRefusal> {
  const found = await copy.read([MANIFEST, STAMPS, ...names])
  if (typeof found === 'string') return { why: found, isAbsent: copy.isOfFailed === true }
  const verified = verifiedFiles(found, { origin: copy.origin, stage: producer, run, names })
  return 'files' in verified ? verified.files : verified
}
