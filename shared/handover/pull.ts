import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../artifacts/index.ts'
import { Trouble } from '../errors/index.ts'
import type { Stage } from '../pipeline/index.ts'
import { handedOnStamps, readStamps, STAMPS, type Stamps, stampsSchema } from '../stage/index.ts'
import { printableJson } from '../text/index.ts'
import { MANIFEST, readManifest } from './manifest.ts'
import { type Copy, type HandoverStore, LARGEST_FILE, tooLarge, type WantedRun } from './store.ts'

/**
 * Puts a stage's inputs into its data directory, each from the run that it is wanted of and exactly as that
 * run's manifest says. Either all of them stand there afterwards or none.
 * Throws a `Trouble` when a producer left no such files, naming each copy looked at and what is wrong with it, or when
 * one of them is too large.
 */
export async function pullInputs(
  stage: Stage,
  dataDir: string,
  store: HandoverStore,
  runOf: (producer: string) => WantedRun,
): Promise<void> {
  makePrivateDirectory(dataDir)
  await Promise.all(Object.keys(stage.inputs).map(name => rm(join(dataDir, name), { force: true })))
  const pulled = new Map<string, Uint8Array>()
  const stamps = new Map<string, Stamps>()
  for (const producer of new Set(Object.values(stage.inputs))) {
    const names = Object.keys(stage.inputs).filter(name => stage.inputs[name] === producer)
    const found = await find(producer, names, store, runOf(producer))
    stamps.set(producer, parsedFile(found.get(STAMPS), stampsSchema) ?? {})
    for (const [name, content] of found) if (name !== STAMPS) pulled.set(name, content)
  }
  for (const [name, content] of pulled) writePrivateFile(join(dataDir, name), content)
  writePrivateFile(join(dataDir, STAMPS), printableJson(handedOnStamps(stage, stamps, readStamps(dataDir))))
}

async function find(
  producer: string,
  names: readonly string[],
  store: HandoverStore,
  run: WantedRun,
): Promise<Map<string, Uint8Array>> {
  const refused: string[] = []
  for await (const copy of store.copies(producer, run)) {
    const files = await filesOf(copy, producer, names, run)
    if (typeof files !== 'string') return files
    refused.push(`${copy.origin}: ${files}`)
  }
  throw new Trouble(
    'bad-input',
    'HANDOVER_MISSING',
    `run ${run.id} has no complete artifacts of ${producer} (${refused.join('; ') || 'none found'}).`,
    `Start again from ${producer}, or resume a run that has its artifacts still.`,
  )
}

/** The files when the copy is what it should be, or what is wrong with it. */
async function filesOf(
  copy: Copy,
  producer: string,
  names: readonly string[],
  run: WantedRun,
): Promise<Map<string, Uint8Array> | string> {
  const found = await copy.read([MANIFEST, STAMPS, ...names])
  if (typeof found === 'string') return found
  const manifest = readManifest(found.get(MANIFEST))
  if (manifest === null) return 'it has no manifest'
  if (manifest.run_id !== run.id) return `it is of run ${manifest.run_id}`
  if (manifest.stage !== producer) return `it is of stage ${manifest.stage}`
  if (run.commit !== null && manifest.commit !== run.commit) return `it is of commit ${manifest.commit}`
  const files = new Map<string, Uint8Array>()
  // A stage whose artifacts were made by hand has no stamps.
  for (const name of manifest.files[STAMPS] ? [STAMPS, ...names] : names) {
    const content = found.get(name)
    const expected = manifest.files[name]
    if (expected && expected.size > LARGEST_FILE) throw tooLarge(`${copy.origin}: ${name}`)
    if (!content || !expected) return `${name} is missing`
    if (content.byteLength !== expected.size || sumOf(content) !== expected.sha256)
      return `${name} is not as its manifest says`
    files.set(name, content)
  }
  return files
}

function sumOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
