import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { type Calendar, calendarOf } from '../../domain/calendar.ts'
import { gatherCounter } from '../../domain/gather-shape.ts'
import type { Bin, Stage } from '../../pipeline/index.ts'
import {
  type HttpContext,
  httpContext,
  type Limits,
  type Stop,
  type Usage,
} from '../../services/http/index.ts'
import {
  type ArtifactWriter,
  allRecords,
  commitArtifacts,
  openArtifactWriter,
  readBatches,
} from '../artifacts/index.ts'
import { CANCELLED, ExpectedError } from '../errors/index.ts'
import { type Lock, sharedLockPath, takeLock } from '../lock/index.ts'
import { brief } from '../text/index.ts'
import { emptyArtifact } from './empty-artifact.ts'
import type { LastRun } from './last-run.ts'
import type { StageLogger } from './logging.ts'
import { type ConsentKind, consentTo, readConsents } from './mass-change.ts'
import { namingWriter } from './missing-artifact.ts'
import type { Options } from './options.ts'
import { type Environment, readSettings, type Settings, type SettingsValues } from './read-settings.ts'
import type { Summary, Warning } from './summary.ts'

/** What a bin's run is given. */
export type BinContext<Groups> = {
  options: Options
  dataDir: string
  /** The stage's package, where its reviewed configuration stands. */
  packageDir: string
  calendar: Calendar
  logger: StageLogger
  usage: Usage
  /** In what the services' time-outs, waits and repetitions differ from the defaults. */
  limits: Partial<Limits>
  /** Tells when the job is cancelled. */
  stop: Stop
  environment: Environment
  clock: () => Date
  /**
   * Whether the services' answers must agree with the clock. Not of a sync: it decides by no day, and a write whose
   * answer came must not be lost over it.
   */
  checksClock: boolean
  /** Waits so many milliseconds, or until a signal: the job's cancellation, where none is given. */
  sleep: HttpContext['sleep']
  /** Reads the bin's settings; throws a `ExpectedError` naming every variable that is missing or malformed. */
  settings: () => SettingsValues<Groups>
  /**
   * Reads an artifact of the data directory, some records at a time. With `needed` an artifact without records is a
   * guard's stop.
   */
  read: <Item>(name: string, schema: z.ZodType<Item, unknown>, needed?: 'needed') => AsyncGenerator<Item[]>
  /** The records of these numbers, counted from 1, of an artifact that was read before. */
  readAgain: <Item>(
    name: string,
    schema: z.ZodType<Item, unknown>,
    isChosen: (number: number) => boolean,
  ) => AsyncGenerator<Item[]>
  /** Whether an artifact is there, whatever it holds: for those that a bin can do without. */
  isThere: (name: string) => boolean
  /** The same as `read`, all records at once: for the artifacts of a plan, which is held in memory anyway. */
  readAll: <Item>(name: string, schema: z.ZodType<Item, unknown>, needed?: 'needed') => Promise<Item[]>
  /** Writes an artifact; all that a bin writes appear together when it has succeeded. */
  write: <Item>(name: string, schema: z.ZodType<Item, unknown>) => ArtifactWriter<Item>['write']
  /** Puts what was written in its place even though the run will fail: it tells what was done. */
  commitEvenOnFailure: () => void
  /** Does something once the outputs stand in their places. */
  afterCommit: (action: () => void) => void
  /** Does something when the run has ended, well or not, and its outputs stand in their places. */
  atEnd: (action: () => Promise<void>) => void
  /** Keeps every other run on this machine off something until this one has ended; throws when one has it. */
  hold: (what: string) => void
  warn: (code: string, message: string, keys: readonly (string | number)[]) => void
  /** Tells in the summary what a sync is about to write. */
  reportPlanned: (planned: NonNullable<Summary['planned']>) => void
  /** What a person let through in this run, of this stage; undefined for nothing. */
  consentTo: (kind: ConsentKind) => number | undefined
  /** The run that it belongs to: RUN_ID, or one of its own. */
  runId: string
  /** What the last run's record says; undefined where there is none. */
  lastRun: LastRun | undefined
  /** Tells in the summary what was taken away without consent. */
  reportRemovals: (removals: NonNullable<Summary['removals']>) => void
  /** Tells in the summary all that is left for the next run. */
  reportOwed: (owed: NonNullable<Summary['owed']>) => void
}

const KEYS_LOGGED = 20

/** Makes a bin's context, and what its summary needs afterwards. */
export function openContext<Groups extends Record<string, Settings<unknown>>>(given: {
  stage: Stage
  options: Options
  dataDir: string
  packageDir: string
  logger: StageLogger
  environment: Environment
  clock: () => Date
  checksClock?: boolean
  sleep?: HttpContext['sleep']
  limits?: Partial<Limits>
  stop: Stop
  settings: Groups
  lastRun?: LastRun | undefined
  /** The bin that it is; the stage's first where that does not matter. */
  bin?: Bin
}) {
  const bin = given.bin ?? given.stage.bins[0]
  const counter = bin?.gathers && gatherCounter(bin.gathers)
  const empty = new Set<string>()
  const consents = readConsents(given.options.allowMassChange, given.environment)
  const records_in: Record<string, number> = {}
  const records_out: Record<string, number> = {}
  const warnings: Warning[] = []
  const writers: ArtifactWriter<never>[] = []
  const usage: Usage = { requests: 0, retries: 0 }
  const afterCommit: (() => void)[] = []
  const atEnd: (() => Promise<void>)[] = []
  const locks: Lock[] = []
  let keptOnFailure = false
  let planned: Summary['planned']
  let removals: Summary['removals']
  let owed: Summary['owed']

  async function* batchesOf<Item>(
    name: string,
    schema: z.ZodType<Item, unknown>,
    isChosen?: (number: number) => boolean,
  ) {
    try {
      for await (const records of readBatches(join(given.dataDir, name), schema, isChosen)) {
        if (given.stop.cancelled.aborted) throw cancelled()
        yield records
      }
    } catch (error) {
      throw withWriter(error, name)
    }
  }

  async function* read<Item>(name: string, schema: z.ZodType<Item, unknown>, needed?: 'needed') {
    records_in[name] = 0
    let count = 0
    for await (const records of batchesOf(name, schema)) {
      count += records.length
      records_in[name] = count
      yield records
    }
    if (needed && count === 0) admitEmpty(name)
  }

  /** Of an artifact without records: let through as the last run did, or as a person says; else a guard's stop. */
  function admitEmpty(name: string): void {
    const known = given.lastRun?.empty[given.stage.stage] ?? []
    const asked = new Set([...empty, name].filter(other => !known.includes(other)))
    empty.add(name)
    if (!known.includes(name) && asked.size > (consentTo(consents, given.stage.stage, 'empty') ?? 0))
      throw emptyArtifact(name, { ...given, bin, known })
  }

  function withWriter(error: unknown, name: string): unknown {
    return namingWriter(error, given.stage, name, given.dataDir, given.environment)
  }

  const context: BinContext<Groups> = {
    options: given.options,
    dataDir: given.dataDir,
    packageDir: given.packageDir,
    calendar: calendarOf(given.options.today),
    logger: given.logger,
    usage,
    limits: given.limits ?? {},
    stop: given.stop,
    environment: given.environment,
    clock: given.clock,
    checksClock: given.checksClock ?? false,
    sleep: given.sleep ?? httpContext({ stop: given.stop }).sleep,
    settings: () => readSettings(given.settings, given.environment),
    read,
    readAgain: batchesOf,
    isThere: name => existsSync(join(given.dataDir, name)),
    readAll: (name, schema, needed) => allRecords(read(name, schema, needed)),
    write(name, schema) {
      const writer = openArtifactWriter(join(given.dataDir, name), schema)
      writers.push(writer)
      records_out[name] = 0
      return record => {
        writer.write(record)
        if (counter && typeof record === 'object' && record !== null) counter.add(record)
        records_out[name] = (records_out[name] ?? 0) + 1
      }
    },
    commitEvenOnFailure: () => {
      keptOnFailure = true
    },
    afterCommit: action => {
      afterCommit.push(action)
    },
    atEnd: action => {
      atEnd.push(action)
    },
    hold: what => {
      locks.push(takeLock(what, sharedLockPath(what), given.clock()))
    },
    warn(code, message, keys) {
      const named = keys.map(String)
      warnings.push({ code, message, keys: named })
      given.logger.warn({ code, count: named.length, keys: named.slice(0, KEYS_LOGGED).map(brief) }, message)
    },
    reportPlanned: counts => {
      planned = counts
    },
    consentTo: kind => consentTo(consents, given.stage.stage, kind),
    runId: given.environment.RUN_ID || randomUUID(),
    lastRun: given.lastRun,
    reportRemovals: ofSync => {
      removals = ofSync
    },
    reportOwed: left => {
      owed = left
    },
  }
  return {
    context,
    /** Puts everything that was written in its place. */
    commit: () => {
      commitArtifacts(writers)
      for (const action of afterCommit) action()
    },
    /** What a gather read, counted; undefined of any other bin. */
    shape: () => counter?.shape(),
    /** Leaves nothing half-written, and in its place only what `commitEvenOnFailure` was said of. */
    abort: () => {
      try {
        if (keptOnFailure) commitArtifacts(writers)
      } finally {
        for (const writer of writers) writer.abort()
      }
    },
    /** Does what was left for the end. */
    end: async () => {
      await Promise.all(atEnd.splice(0).map(action => action()))
    },
    /** Lets others have what this run held. */
    release: () => {
      for (const lock of locks.splice(0)) lock.release()
    },
    counts: () => ({
      records_in,
      records_out,
      ...(planned ? { planned } : {}),
      ...(removals ? { removals } : {}),
      ...(owed ? { owed } : {}),
      ...(empty.size > 0 ? { empty: [...empty] } : {}),
      ...(counter ? { gathered: counter.shape().counts } : {}),
      warnings,
      ...usage,
    }),
  }
}

function cancelled(): ExpectedError {
  return new ExpectedError({
    kind: 'upstream',
    code: CANCELLED,
    message: 'cancelled before it had done anything',
    next: 'Run it again: nothing was written.',
  })
}
