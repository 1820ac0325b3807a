import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Stage } from '../../pipeline/index.ts'
import {
  makePrivateDirectory,
  parsedFile,
  sumOfFile,
  writePrivateFile,
} from '../../runtime/artifacts/index.ts'
import { STAMPS } from '../../runtime/records/index.ts'
import { printableJson } from '../../runtime/text/index.ts'

/** The manifest's name in a data directory. */
export const MANIFEST = 'manifest.json'

export const manifestSchema = z.object({
  run_id: z.string(),
  /** Null on a local machine, where the code may differ from any commit. */
  commit: z.string().nullable(),
  stage: z.string(),
  files: z.record(z.string(), z.object({ size: z.int(), sha256: z.string() })),
  /** The checksums of the inputs that its files were made from. */
  inputs: z.record(z.string(), z.string()).default({}),
})
export type Manifest = z.infer<typeof manifestSchema>

/** Lists the outputs and summaries that a stage left in the data directory, once it has ended. */
export async function writeManifest(
  stage: Stage,
  dataDir: string,
  run: { id: string; commit: string | null },
): Promise<void> {
  makePrivateDirectory(dataDir)
  const files: Manifest['files'] = {}
  for (const name of await filesOf(stage, dataDir)) {
    const path = join(dataDir, name)
    files[name] = { size: (await stat(path)).size, sha256: await sumOfFile(path) }
  }
  const inputs: Manifest['inputs'] = {}
  const present = new Set(await readdir(dataDir))
  for (const name of Object.keys(stage.inputs).filter(name => present.has(name)))
    inputs[name] = await sumOfFile(join(dataDir, name))
  const manifest: Manifest = { run_id: run.id, commit: run.commit, stage: stage.stage, files, inputs }
  writePrivateFile(join(dataDir, MANIFEST), printableJson(manifest))
}

/** The manifest in a file's content; null if it is incomplete or not a manifest. */
export function readManifest(content: Uint8Array | string | undefined): Manifest | null {
  return parsedFile(content, manifestSchema) ?? null
}

/** Removes the manifest of an earlier attempt. A stage without one has not ended. */
export async function removeManifest(dataDir: string): Promise<void> {
  await rm(join(dataDir, MANIFEST), { force: true })
}

async function filesOf({ stage, bins }: Stage, dataDir: string): Promise<string[]> {
  const present = new Set(await readdir(dataDir))
  const outputs = new Set(
    bins.flatMap(({ writes }) => writes.map(({ name }) => name)).filter(name => present.has(name)),
  )
  const summaries = present.has('summaries') ? await readdir(join(dataDir, 'summaries')) : []
  const own = summaries.filter(name => name.startsWith(`${stage}.`) && name.endsWith('.json'))
  const stamps = present.has(STAMPS) ? [STAMPS] : []
  return [...outputs, ...stamps, ...own.sort().map(name => `summaries/${name}`)]
}
