import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findStage, handingBin, type Stage, type StageName } from '../../pipeline/index.ts'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../../runtime/artifacts/index.ts'
import { handedOnStamps, readStamps, STAMPS, type Stamps, stampsSchema } from '../../runtime/bin/index.ts'
import { ExpectedError } from '../../runtime/errors/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { MANIFEST, readManifest } from './manifest.ts'
import { type Copy, type HandoverStore, MAX_FILE, type Producer, tooLarge, type WantedRun } from './store.ts'

/**
 * Puts a stage's inputs into its data directory, each from the run that it is wanted of and exactly as that
 * run's manifest says. Either all of them stand there afterwards or none; but what the stage goes on without may be
 * absent, where the stage that writes it left none: the names of those are given.
 * Throws a `ExpectedError` when a producer left no such files, naming each copy looked at and what is wrong with it, or when
 * one of them is too large.
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

/** What hands a stage its inputs, and which. */
function handedTo({ inputs }: Stage): { producer: Producer; names: string[] }[] {
  const handed = new Map<string, { producer: Producer; names: string[] }>()
  for (const [name, stage] of Object.entries(inputs)) {
    const from = findStage(stage)
    const producer = { stage, bin: (from && handingBin(from, name)) ?? '' }
    const key = `${stage} ${producer.bin}`
    handed.set(key, { producer, names: [...(handed.get(key)?.names ?? []), name] })
  }
  return [...handed.values()]
}

type Found = {
  files?: Map<string, Uint8Array>
  /** What is wrong with each copy. */
  refused: string[]
  /** Whether it left none: no copy has been changed or has expired. */
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
  return new ExpectedError({
    kind: 'bad-input',
    code: 'HANDOVER_MISSING',
    message: `run ${run.id} has no complete artifacts of ${stage} (${refused.join('; ') || 'none found'}).`,
    next: `Start again from ${stage}, or resume a run that has its artifacts still.`,
  })
}

type Refusal = { why: string; isAbsent: boolean }

/** The files when the copy is what it should be, or what is wrong with it. */
async function filesOf(
  copy: Copy,
  producer: string,
  names: readonly string[],
  run: WantedRun,
): Promise<Map<string, Uint8Array> | Refusal> {
  const refusal = (why: string, isAbsent = false): Refusal => ({ why, isAbsent })
  const found = await copy.read([MANIFEST, STAMPS, ...names])
  if (typeof found === 'string') return refusal(found, copy.isOfFailed)
  const manifest = readManifest(found.get(MANIFEST))
  if (manifest === null) return refusal('it has no manifest', !found.has(MANIFEST))
  if (manifest.run_id !== run.id) return refusal(`it is of run ${manifest.run_id}`)
  if (manifest.stage !== producer) return refusal(`it is of stage ${manifest.stage}`)
  if (run.commit !== null && manifest.commit !== run.commit)
    return refusal(`it is of commit ${manifest.commit}`)
  const files = new Map<string, Uint8Array>()
  // A stage whose artifacts were made by hand has no stamps.
  for (const name of manifest.files[STAMPS] ? [STAMPS, ...names] : names) {
    const content = found.get(name)
    const expected = manifest.files[name]
    if (expected && expected.size > MAX_FILE) throw tooLarge(`${copy.origin}: ${name}`)
    if (!content || !expected) return refusal(`${name} is missing`, !content && !expected)
    if (content.byteLength !== expected.size || sumOf(content) !== expected.sha256)
      return refusal(`${name} is not as its manifest says`)
    files.set(name, content)
  }
  return files
}

function sumOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
