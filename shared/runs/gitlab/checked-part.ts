import type { GatherPart, Stage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { continuesPipeline } from '../../runtime/errors/index.ts'
import { STAMPS, stampsSchema } from '../../runtime/records/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import {
  incomplete,
  JOB_RECORD,
  jobRecordIn,
  jobRecordOf,
  MANIFEST,
  type Manifest,
  sumOf,
  verifiedFiles,
  type WantedRun,
} from '../handover/index.ts'
import { filesOfRecord } from '../record/index.ts'
import { type FilesOfJob, joinedShares } from './files-of-run.ts'

/** The files of one job, checked against its manifest. */
export type CheckedPart = {
  stage: Stage
  /** The job, for messages. */
  origin: string
  /** Inputs first, then outputs. They are written in this order, because results must be newer than their plan. */
  files: Map<string, Uint8Array>
  /** Null if the job stopped: a stage writes its manifest at its end. */
  manifest: Manifest | null
  /** Its share, if several jobs share the work of the stage's bin. */
  share?: GatherPart
  /** The checksums of the stage's inputs, by name. */
  handedOn: ReadonlyMap<string, string>
}

/** The hint for files that do not match their manifest. */
export const FETCH_ANOTHER =
  'Fetch another run, or run this stage again on GitLab (Run again on its trigger job) and then fetch the run again.'

/**
 * Checks a job's files and the stage's inputs against the job's manifest. Omits other files. A job that stopped has no
 * manifest, so this returns its files with known names.
 * Throws an `ExpectedError` if a file differs, or if a stage that succeeded left no manifest.
 */
export function checkedPart(found: FilesOfJob, run: WantedRun): CheckedPart {
  const { share } = found
  return { ...checked(found, run), ...(share ? { share } : {}) }
}

function checked({ stage, job, files }: FilesOfJob, run: WantedRun): CheckedPart {
  const origin = `job ${job.id} (${job.name})`
  const inputs = picked(files, Object.keys(stage.inputs))
  const handedOn = new Map([...inputs].map(([name, content]) => [name, sumOf(content)]))
  if (!files.has(MANIFEST) && !mustHaveManifest(stage, files))
    return { stage, origin, files: picked(files, knownNames(stage)), manifest: null, handedOn }
  const verified = verifiedFiles(files, { origin, stage: stage.stage, run, names: 'all' })
  if (!('files' in verified)) throw refused(stage.stage, run, `${origin}: ${verified.why}`)
  const { manifest } = verified
  for (const [name, sum] of handedOn) {
    if (manifest.inputs[name] !== sum)
      throw refused(stage.stage, run, `${origin}: ${name} does not match its manifest`)
  }
  const own = picked(files, [MANIFEST, JOB_RECORD])
  return { stage, origin, files: new Map([...inputs, ...verified.files, ...own]), manifest, handedOn }
}

/**
 * Checks the inputs of a job that stopped against the manifests of the stages that wrote them. Throws an `ExpectedError`
 * if something differs.
 */
export function checkHandedOn(
  { stage, origin, handedOn }: CheckedPart,
  run: WantedRun,
  /** The checksums in the manifests, by stage and name. */
  written: ReadonlyMap<string, string>,
): void {
  for (const [name, sum] of handedOn) {
    const producer = stage.inputs[name] ?? ''
    const expected = written.get(`${producer} ${name}`)
    if (expected !== undefined && expected !== sum)
      throw refused(stage.stage, run, `${origin}: ${name} is not the one that ${producer} wrote`)
  }
}

/** Joins the files of a stage's jobs, as if one job had written them all. */
export function joined(parts: readonly CheckedPart[]): Map<string, Uint8Array | string> {
  const shares = joinedShares(parts[0]?.stage.stage ?? '', parts)
  if (shares) return shares
  const files = new Map<string, Uint8Array | string>(parts.flatMap(part => [...part.files]))
  const jobRecord = jobRecordOf(parts.map(part => part.files))
  if (jobRecord) files.set(JOB_RECORD, jobRecord)
  const manifests = parts.flatMap(({ manifest }) => manifest ?? [])
  const [first] = manifests
  if (!first) return files
  const manifest: Manifest = {
    ...first,
    files: Object.assign({}, ...manifests.map(({ files }) => files)),
    inputs: Object.assign({}, ...manifests.map(({ inputs }) => inputs)),
  }
  // A stage with handmade artifacts has no stamps.
  if (files.has(STAMPS)) {
    const stamps = printableJson(Object.assign({}, ...parts.map(stampsOf)))
    files.set(STAMPS, stamps)
    manifest.files[STAMPS] = { size: Buffer.byteLength(stamps), sha256: sumOf(stamps) }
  }
  return files.set(MANIFEST, printableJson(manifest))
}

function stampsOf({ files }: CheckedPart) {
  return parsedFile(files.get(STAMPS), stampsSchema) ?? {}
}

/** Whether the job completed its stage, or its bin if every bin has a job, and succeeded. */
function mustHaveManifest(stage: Stage, files: ReadonlyMap<string, Uint8Array>): boolean {
  const jobRecord = jobRecordIn(files.get(JOB_RECORD))
  if (!jobRecord || !continuesPipeline(jobRecord.exit_code)) return false
  return stage.independentBins === true || jobRecord.bin === stage.bins.at(-1)?.bin
}

/** The files that a stage's data directory can have before the stage ends. */
function knownNames(stage: Stage): string[] {
  const outputs = stage.bins.flatMap(({ writes }) => writes.map(({ name }) => name))
  return [...Object.keys(stage.inputs), ...outputs, ...filesOfRecord(stage), STAMPS]
}

function picked(files: ReadonlyMap<string, Uint8Array>, names: readonly string[]): Map<string, Uint8Array> {
  return new Map(
    [...new Set(names)].flatMap(name => {
      const content = files.get(name)
      return content ? [[name, content]] : []
    }),
  )
}

function refused(stage: string, run: WantedRun, why: string) {
  return incomplete({ stage, run, refused: [why], next: FETCH_ANOTHER })
}
