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
import { STAMPS } from '../../runtime/bin/index.ts'
import { printableJson } from '../../runtime/text/index.ts'

/** The manifest's name in a data directory. */
export const MANIFEST = 'manifest.json'

export const manifestSchema = z.object({
  run_id: z.string(),
  /** Null on a machine of one's own, where the code may differ from any commit. */
  commit: z.string().nullable(),
  stage: z.string(),
  files: z.record(z.string(), z.object({ size: z.int(), sha256: z.string() })),
  /** The sums of what it was handed on, and made its files of. */
  inputs: z.record(z.string(), z.string()).default({}),
})
export type Manifest = z.infer<typeof manifestSchema>

/** Says, once a stage has ended, which of its outputs and summaries stand in the data directory. */
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

/** The manifest that a file holds; null when it is cut, or none: as good as not there. */
export function readManifest(content: Uint8Array | undefined): Manifest | null {
  return parsedFile(content, manifestSchema) ?? null
}

/** Takes away what says that the stage has ended: it begins anew. */
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
