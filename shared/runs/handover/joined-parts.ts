import { findStage, type GatherPart, partIn, writesArtifact } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { worstExitCode } from '../../runtime/errors/index.ts'
import {
  STAMPS,
  type Stamps,
  type Summary,
  stampsSchema,
  summaryName,
  summarySchema,
} from '../../runtime/records/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { JOB_RECORD, jobRecordOf } from './job-record.ts'
import { MANIFEST, type Manifest, readManifest } from './manifest.ts'
import { sumOf } from './verified-files.ts'

/** Joins the files of several jobs that share a gather, as if a single job had written them. */

/**
 * Splits the name of a job that has `parallel`: `accounts:gather 2/3` is part 2/3 of `accounts:gather`.
 * https://docs.gitlab.com/ci/yaml/#parallel
 */
export function splitJobName(job: string): { name: string; part?: GatherPart } {
  const [, name = '', text = ''] = /^(.+) (\d+\/\d+)$/.exec(job) ?? []
  const part = partIn(text)
  return part ? { name, part } : { name: job }
}

type Files = ReadonlyMap<string, Uint8Array>

/**
 * Joins the files of a stage's parts, which must be in order. `of` is the expected number of parts. Omits a file that a
 * part lacks, but keeps a summary with an error.
 */
export function joinedParts(stage: string, parts: readonly Files[], of: number): Map<string, Uint8Array> {
  const bins = findStage(stage)?.bins ?? []
  const joined = new Map<string, Uint8Array>()
  for (const name of new Set(parts.flatMap(files => [...files.keys()]))) {
    const contents = parts.flatMap(files => files.get(name) ?? [])
    const isWhole = contents.length === of
    if (bins.some(row => writesArtifact(row, name))) {
      if (isWhole) joined.set(name, joinedRecords(contents))
    } else if (bins.some(({ bin }) => name === summaryName(stage, bin))) {
      const summaries = contents.flatMap(content => parsedFile(content, summarySchema) ?? [])
      const summary = joinedSummary(summaries)
      if (summary && (summaries.length === of || summary.error))
        joined.set(name, Buffer.from(printableJson(summary)))
    }
  }
  const jobRecord = jobRecordOf(parts)
  if (jobRecord) joined.set(JOB_RECORD, jobRecord)
  const manifests = parts.flatMap(files => readManifest(files.get(MANIFEST)) ?? [])
  const [manifest] = manifests
  if (!manifest || manifests.length !== of) return joined
  const stamps = parts.map(files => parsedFile(files.get(STAMPS), stampsSchema) ?? {})
  joined.set(STAMPS, Buffer.from(printableJson(joinedStamps(stamps, joined))))
  return joined.set(MANIFEST, Buffer.from(printableJson(manifestOf(manifest, joined))))
}

const [COMMA, OPEN, CLOSE] = [Buffer.from(',\n'), Buffer.from('[\n'), Buffer.from('\n]\n')]

/** Joins JSON arrays into one, with a record per line. */
function joinedRecords(arrays: readonly Uint8Array[]): Uint8Array {
  const filled = arrays.map(recordsIn).filter(({ length }) => length > 0)
  if (filled.length === 0) return Buffer.from('[]\n')
  const between = filled.flatMap((records, index) => (index === 0 ? [records] : [COMMA, records]))
  return Buffer.concat([OPEN, ...between, CLOSE])
}

const BLANK = new Set([...' \t\r\n'].map(character => character.charCodeAt(0)))

/** The text between an array's brackets. */
function recordsIn(array: Uint8Array): Uint8Array {
  let start = array.indexOf('['.charCodeAt(0)) + 1
  let end = array.lastIndexOf(']'.charCodeAt(0))
  while (start < end && BLANK.has(array[start] ?? 0)) start += 1
  while (end > start && BLANK.has(array[end - 1] ?? 0)) end -= 1
  return array.subarray(start, end)
}

function joinedSummary(summaries: readonly Summary[]): Summary | undefined {
  const [first] = summaries
  if (!first) return undefined
  const sum = (count: (summary: Summary) => number) =>
    summaries.reduce((total, summary) => total + count(summary), 0)
  const sums = (counts: (summary: Summary) => Readonly<Record<string, number>>) => {
    const names = new Set(summaries.flatMap(summary => Object.keys(counts(summary))))
    return Object.fromEntries([...names].map(name => [name, sum(summary => counts(summary)[name] ?? 0)]))
  }
  return {
    ...first,
    started_at: summaries.map(one => one.started_at).sort()[0] ?? first.started_at,
    ended_at:
      summaries
        .map(one => one.ended_at)
        .sort()
        .at(-1) ?? first.ended_at,
    exit_code: worstExitCode(summaries.map(one => one.exit_code)),
    records_in: sums(one => one.records_in),
    records_out: sums(one => one.records_out),
    requests: sum(one => one.requests),
    retries: sum(one => one.retries),
    warnings: joinedWarnings(summaries.flatMap(one => one.warnings)),
    error: summaries.find(one => one.error)?.error ?? null,
  }
}

/** Merges equal warnings. The result has the keys of all. */
function joinedWarnings(warnings: Summary['warnings']): Summary['warnings'] {
  const found = new Map<string, Summary['warnings'][number]>()
  for (const warning of warnings) {
    const same = `${warning.code} ${warning.message}`
    found.set(same, { ...warning, keys: [...(found.get(same)?.keys ?? []), ...warning.keys] })
  }
  return [...found.values()]
}

/** The stamp of each joined artifact. It has the earliest time, and lists every attribute that any part lacks. */
function joinedStamps(parts: readonly Stamps[], joined: Files): Stamps {
  const stamps: Stamps = {}
  for (const [name, first] of Object.entries(parts[0] ?? {})) {
    const own = parts.flatMap(part => part[name] ?? [])
    const content = joined.get(name)
    if (!content) continue
    const { part: _, ...stamp } = first
    const without = [...new Set(own.flatMap(one => one.without ?? []))]
    stamps[name] = {
      ...stamp,
      sha256: sumOf(content),
      read_at: own.map(one => one.read_at).sort()[0] ?? first.read_at,
      ...(without.length > 0 ? { without } : {}),
      parts: parts.length,
    }
  }
  return stamps
}

function manifestOf(manifest: Manifest, joined: Files): Manifest {
  const files = [...joined]
    .filter(([name]) => name in manifest.files)
    .map(([name, content]) => [name, { size: content.byteLength, sha256: sumOf(content) }])
  return { ...manifest, files: Object.fromEntries(files) }
}
