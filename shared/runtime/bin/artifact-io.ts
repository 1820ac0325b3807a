import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allowOnceText, consentText, type GatherCounter, INSTANCES } from '../../domain/index.ts'
import { type Artifact, artifacts, type Bin, STAGES, writerOf } from '../../pipeline/index.ts'
import {
  type ArtifactWriter,
  allRecords,
  commitArtifacts,
  openArtifactWriter,
  type Place,
  type Reading,
  readAgainFrom,
  readBatches,
  statOf,
  type WrittenPart,
} from '../artifacts/index.ts'
import { CANCELLED, ExpectedError, stoppedByGuard, upstreamFailed } from '../errors/index.ts'
import type { Environment } from '../settings/index.ts'
import { listText } from '../text/index.ts'
import { resumeCommand } from './consents.ts'
import { type JoinedGather, refusePart } from './joined-gather.ts'

/** The artifacts of a bin's data directory that its row in the stage table declares. */
export type BinArtifacts<Reads extends Artifact = Artifact, Writes extends Artifact = Artifact> = {
  dataDir: string
  /**
   * Reads records in batches. With `needed`, a guard stops the bin if the artifact has no records. With `to`, ends
   * there, as `readBatches` does.
   */
  read: <Item>(
    artifact: Reads & Artifact<Item>,
    needed?: 'needed',
    to?: Reading['to'],
  ) => AsyncGenerator<Item[]>
  /** Counts records of an artifact that another thread has read. */
  addRead: (artifact: Reads, records: number) => void
  /** Whether this bin counts an artifact's records for the gather's guards. Then `read` must read them all. */
  isCounted: (artifact: Reads) => boolean
  /** Like `read`, but with a reader of its own, which checks each record and yields what the bin needs of it. */
  readWith: <Batch extends { length: number }>(
    artifact: Reads,
    reader: (path: string) => AsyncGenerator<Batch>,
    needed?: 'needed',
  ) => AsyncGenerator<Batch>
  /**
   * Returns a function that reads some records of an artifact again, by their numbers, counted from 1. `placeOf` returns
   * what `readBatches` noted of a record.
   */
  readAgain: <Item>(
    artifact: Reads & Artifact<Item>,
    placeOf: (number: number) => Place | undefined,
  ) => (numbers: readonly number[]) => Promise<Item[]>
  /** Like `read`, but all records at once: for a plan's artifacts, which are kept in memory anyway. */
  readAll: <Item>(artifact: Reads & Artifact<Item>, needed?: 'needed') => Promise<Item[]>
  /** Whether an artifact exists, for one that the bin does not require. */
  isThere: (artifact: Reads) => boolean
  /** Writes an artifact. A bin's artifacts appear together when it succeeds. */
  write: <Item>(artifact: Writes & Artifact<Item>) => (record: Item) => void
  /** Adds records that another thread has written, to an artifact that `write` has opened. */
  append: (artifact: Writes, part: WrittenPart) => void
  /** Commits the outputs even if the run fails, as a record of what was written. */
  commitEvenOnFailure: () => void
  /** Runs an action after the outputs are committed. */
  afterCommit: (action: () => void) => void
}

type Given = {
  row: Bin
  dataDir: string
  environment: Environment
  cancelled: AbortSignal
  /** How many empty artifacts a consent allows, if any. */
  consent: number | undefined
  /** The artifacts that the last run allowed to be empty. They may stay empty. */
  knownEmpty: readonly string[]
  /** Counts the written records of a gather. */
  counter: GatherCounter | undefined
  /** An input whose records this bin counts too. */
  joined: JoinedGather | undefined
}

/** Opens a bin's artifacts. Also returns what the runner calls at the end. */
export function openArtifacts(given: Given) {
  const { row, dataDir } = given
  const empty = new Set<string>()
  const records_in: Record<string, number> = {}
  const records_out: Record<string, number> = {}
  const writers = new Map<string, ArtifactWriter<never>>()
  const afterCommit: (() => void)[] = []
  let keptOnFailure = false

  async function* batchesOf<Batch>(artifact: Artifact, reader: (path: string) => AsyncGenerator<Batch>) {
    assertDeclared(artifact, row, 'reads')
    try {
      for await (const batch of reader(join(dataDir, artifact.name))) {
        if (given.cancelled.aborted) throw cancelled()
        yield batch
      }
    } catch (error) {
      throw withWriterHint(error, artifact, given)
    }
  }

  async function* readWith<Batch extends { length: number }>(
    artifact: Artifact,
    reader: (path: string) => AsyncGenerator<Batch>,
    needed?: 'needed',
  ) {
    const { name } = artifact
    refusePart(artifact, dataDir)
    records_in[name] = 0
    let count = 0
    for await (const batch of batchesOf(artifact, reader)) {
      count += batch.length
      records_in[name] = count
      yield batch
    }
    if (needed && count === 0) allowEmpty(artifact)
  }

  async function* read<Item>(artifact: Artifact<Item>, needed?: 'needed', to?: Reading['to']) {
    const reader = (path: string) => readBatches(path, artifact.schema, to && { to })
    for await (const records of readWith(artifact, reader, needed)) {
      if (artifact === given.joined?.artifact)
        for (const record of records) countIn(given.joined.counter, record)
      yield records
    }
  }

  /** Allows an empty artifact if the last run or a consent does. Otherwise throws a guard's error. */
  function allowEmpty(artifact: Artifact): void {
    const { name } = artifact
    const { knownEmpty, consent = 0 } = given
    const unknown = new Set([...empty, name].filter(other => !knownEmpty.includes(other)))
    empty.add(name)
    if (!knownEmpty.includes(name) && unknown.size > consent) throw emptyArtifact(artifact, given)
  }

  const io: BinArtifacts = {
    dataDir,
    read,
    readWith,
    addRead({ name }, records) {
      records_in[name] = (records_in[name] ?? 0) + records
    },
    isCounted: artifact => artifact === given.joined?.artifact,
    readAgain(artifact, placeOf) {
      assertDeclared(artifact, row, 'reads')
      const readNumbers = readAgainFrom(join(dataDir, artifact.name), artifact.schema, placeOf)
      return async numbers => {
        if (given.cancelled.aborted) throw cancelled()
        try {
          return await readNumbers(numbers)
        } catch (error) {
          throw withWriterHint(error, artifact, given)
        }
      }
    },
    readAll: (artifact, needed) => allRecords(read(artifact, needed)),
    isThere(artifact) {
      assertDeclared(artifact, row, 'reads')
      return existsSync(join(dataDir, artifact.name))
    },
    write(artifact) {
      assertDeclared(artifact, row, 'writes')
      const { name, schema } = artifact
      const writer = openArtifactWriter(join(dataDir, name), schema)
      writers.set(name, writer)
      records_out[name] = 0
      return record => {
        writer.write(record)
        if (given.counter) countIn(given.counter, record)
        records_out[name] = (records_out[name] ?? 0) + 1
      }
    },
    append({ name }, part) {
      const writer = writers.get(name)
      if (writer === undefined) throw new Error(`${name} is not open for writing`)
      writer.append(part)
      records_out[name] = (records_out[name] ?? 0) + part.records
    },
    commitEvenOnFailure: () => {
      keptOnFailure = true
    },
    afterCommit: action => {
      afterCommit.push(action)
    },
  }
  return {
    io,
    /** Commits all outputs. */
    commit: () => {
      commitArtifacts([...writers.values()])
      for (const action of afterCommit) action()
    },
    /** Commits all outputs if `commitEvenOnFailure` was called. Otherwise discards them. */
    abort: () => {
      try {
        if (keptOnFailure) commitArtifacts([...writers.values()])
      } finally {
        for (const writer of writers.values()) writer.abort()
      }
    },
    counts: () => ({ records_in, records_out, ...(empty.size > 0 ? { empty: [...empty] } : {}) }),
  }
}

function countIn(counter: GatherCounter, record: unknown): void {
  if (typeof record === 'object' && record !== null) counter.add(record)
}

/** Checks at run time what the compiler cannot check: code that several bins share. */
function assertDeclared(artifact: Artifact, row: Bin, how: 'reads' | 'writes'): void {
  if (row[how].includes(artifact)) return
  throw new Error(`${row.stage} ${row.bin}: ${artifact.producer}'s ${artifact.name} is not among its ${how}`)
}

function cancelled(): ExpectedError {
  return upstreamFailed(CANCELLED, {
    message: 'the run was cancelled before it wrote anything',
    next: 'Run it again.',
  })
}

/** The errors that a new artifact corrects, each with the text before the command that writes it. */
const CORRECTED_BY_WRITER: ReadonlyMap<string, string> = new Map([
  ['ARTIFACT_MISSING', ''],
  ['ARTIFACT_EMPTY', ''],
  ['ARTIFACT_NOT_JSON', ''],
  ['ARTIFACT_RECORD_INVALID', 'docs/artifacts.md lists its attributes. '],
])

/**
 * Adds the command that writes the artifact to the error of a missing, empty, cut or invalid one. Returns any other
 * error unchanged.
 */
export function withWriterHint(
  thrown: unknown,
  artifact: Artifact,
  { dataDir, environment }: Pick<Given, 'dataDir' | 'environment'>,
): unknown {
  if (!(thrown instanceof ExpectedError)) return thrown
  const before = CORRECTED_BY_WRITER.get(thrown.code)
  if (before === undefined) return thrown
  const writer = writerOf(artifact)
  const command = resumeCommand(writer, dataDir, environment)
  return new ExpectedError({
    kind: thrown.kind,
    code: thrown.code,
    message: thrown.message,
    next: `${before}${writer.stage} ${writer.bin} writes it: ${command}`,
  })
}

/** Artifacts that normally have records: those of the gathers, and the objects. */
const FILLED = new Set<Artifact>([
  ...STAGES.flatMap(({ bins }) => bins.flatMap(({ gathers, writes }) => (gathers ? writes : []))),
  ...INSTANCES.map(instance => artifacts.instances[instance].objects),
])

/** A larger file is not an empty array. */
const MAX_EMPTY_BYTES = 64

/** A guard's error for an artifact without records. The consent in its hint covers all artifacts that are empty now. */
function emptyArtifact(artifact: Artifact, given: Given): ExpectedError {
  const { row, dataDir, environment, knownEmpty } = given
  const others = row.reads
    .filter(one => one !== artifact && FILLED.has(one) && !knownEmpty.includes(one.name))
    .map(one => one.name)
    .filter(other => isEmpty(join(dataDir, other)))
  const writer = writerOf(artifact)
  const command = resumeCommand(row, dataDir, environment)
  return stoppedByGuard('NO_RECORDS', {
    message: `${listText([artifact.name, ...others])} ${others.length > 0 ? 'have' : 'has'} no records, and the sync does not trust an empty artifact`,
    next: `Find out why first. ${writer.stage} ${writer.bin} writes it: ${resumeCommand(writer, dataDir, environment)}. If there is really nothing yet, ${allowOnceText(command, consentText(row.stage, 'empty', others.length + 1))}. After that it may stay empty`,
  })
}

function isEmpty(path: string): boolean {
  const file = statOf(path)
  if (!file?.isFile() || file.size > MAX_EMPTY_BYTES) return false
  return /^\s*\[\s*\]\s*$/.test(readFileSync(path, 'utf8'))
}
