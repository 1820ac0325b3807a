import { createHash } from 'node:crypto'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { STAMPS } from '../../runtime/records/index.ts'
import { MANIFEST, type Manifest, readManifest } from './manifest.ts'
import { MAX_FILE, tooLarge, type WantedRun } from './store.ts'

/** Why a copy's files cannot be used. */
export type FileRefusal = {
  why: string
  /** Whether the stage left none. False if a copy was changed or has expired. */
  isAbsent: boolean
}

type Wanted = {
  /** The place of the files, for messages. */
  origin: string
  stage: string
  run: WantedRun
  /** The names of the files to return, or `all` that the manifest lists. */
  names: readonly string[] | 'all'
}

/**
 * Returns the files if the manifest belongs to this run and stage, and if each file has the size and the checksum that
 * the manifest lists. Otherwise returns what is wrong. Throws an `ExpectedError` if a file is too large.
 */
export function verifiedFiles(
  found: ReadonlyMap<string, Uint8Array>,
  { origin, stage, run, names }: Wanted,
): { files: Map<string, Uint8Array>; manifest: Manifest } | FileRefusal {
  const manifest = readManifest(found.get(MANIFEST))
  if (manifest === null) return refusal('it has no manifest', !found.has(MANIFEST))
  if (manifest.run_id !== run.id) return refusal(`it belongs to run ${manifest.run_id}`)
  if (manifest.stage !== stage) return refusal(`it belongs to stage ${manifest.stage}`)
  if (run.commit !== null && manifest.commit !== run.commit)
    return refusal(`it belongs to commit ${manifest.commit}`)
  const files = new Map<string, Uint8Array>()
  // A stage with handmade artifacts has no stamps.
  const wanted =
    names === 'all' ? Object.keys(manifest.files) : manifest.files[STAMPS] ? [STAMPS, ...names] : names
  for (const name of wanted) {
    const content = found.get(name)
    const expected = manifest.files[name]
    // A file that is too large is not unzipped, so its size comes from the manifest.
    if (!content && expected && expected.size > MAX_FILE) throw tooLarge(`${origin}: ${name}`)
    if (!content || !expected) return refusal(`${name} is missing`, !content && !expected)
    if (content.byteLength !== expected.size || sumOf(content) !== expected.sha256)
      return refusal(`${name} does not match its manifest`)
    files.set(name, content)
  }
  return { files, manifest }
}

/** The error for a run without complete files of a stage. `refused` says what is wrong with each copy. */
export function incomplete({ stage, run, refused, next }: Incomplete): ExpectedError {
  return badInput('HANDOVER_MISSING', {
    message: `run ${run.id} has no complete artifacts of ${stage} (${refused.join('; ') || 'none found'})`,
    next,
  })
}

type Incomplete = { stage: string; run: Pick<WantedRun, 'id'>; refused: readonly string[]; next: string }

/** The SHA-256 checksum of a content, in hexadecimal. */
export function sumOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

function refusal(why: string, isAbsent = false): FileRefusal {
  return { why, isAbsent }
}
