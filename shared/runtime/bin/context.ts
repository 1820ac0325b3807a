import { randomUUID } from 'node:crypto'
import { type Calendar, calendarOf } from '../../domain/calendar.ts'
import { gatherCounter } from '../../domain/gather-shape.ts'
import { type UnfamiliarValues, unfamiliarText } from '../../domain/index.ts'
import type { Artifact, Bin } from '../../pipeline/index.ts'
import { type HttpContext, httpContext, type Limits, type Stop } from '../../services/http/index.ts'
import { type Lock, sharedLockPath, takeLock } from '../lock/index.ts'
import type { Summary, Warning } from '../records/index.ts'
import { type Gathered, gatherName, type LastRun } from '../records/index.ts'
import { type Environment, readSettings, type Settings, type SettingsValues } from '../settings/index.ts'
import { brief } from '../text/index.ts'
import { type BinArtifacts, openArtifacts } from './artifact-io.ts'
import { type ConsentKind, consentTo, readConsents } from './consents.ts'
import { joinedGather } from './joined-gather.ts'
import type { StageLogger } from './logging.ts'
import type { Options } from './options.ts'

/** What a bin knows and reports about its run. */
export type BinRun = {
  /** The id of its run: RUN_ID, or a new one. */
  runId: string
  options: Options
  calendar: Calendar
  clock: () => Date
  environment: Environment
  /** The directory of the stage's package, which has its reviewed configuration. */
  packageDir: string
  logger: StageLogger
  /** The last run's record, if any. */
  lastRun: LastRun | undefined
  /** The consent for a kind in this stage and run, if any. */
  consentTo: (kind: ConsentKind) => number | undefined
  /** Locks something against other runs on this machine until this one ends. Throws if another run has the lock. */
  lock: (what: string) => void
  warn: (code: string, message: string, keys: readonly (string | number)[]) => void
  /** Adds to the summary: what a sync will write, what it took away, what it leaves for the next run. */
  report: (part: Pick<Summary, 'planned' | 'removals' | 'owed' | 'overrides'>) => void
}

/** What a bin gets: its artifacts, the HTTP context for services, and the run. */
export type BinParts<Reads extends Artifact = Artifact, Writes extends Artifact = Artifact> = {
  artifacts: BinArtifacts<Reads, Writes>
  http: HttpContext
  run: BinRun
}

/** The parts for the bin of a row. */
export type PartsOf<Row extends Bin> =
  Row extends Bin<infer Reads, infer Writes> ? BinParts<Reads, Writes> : never

export type BinContext<
  Groups,
  Reads extends Artifact = Artifact,
  Writes extends Artifact = Artifact,
> = BinParts<Reads, Writes> & {
  /** Reads the bin's settings. Throws an `ExpectedError` that names every missing or malformed variable. */
  settings: () => SettingsValues<Groups>
}

const KEYS_LOGGED = 20

/** Creates a bin's context, and what its summary needs at the end. */
export function openContext<Groups extends Record<string, Settings<unknown>>>(given: {
  row: Bin
  options: Options
  dataDir: string
  packageDir: string
  logger: StageLogger
  environment: Environment
  clock: () => Date
  sleep?: HttpContext['sleep']
  limits?: Partial<Limits>
  stop: Stop
  settings: Groups
  lastRun?: LastRun | undefined
}) {
  const { row, options, dataDir, logger, environment, clock, stop, lastRun } = given
  // A part alone says nothing about the gather: the bin that reads all parts counts them.
  const counter = options.part || !row.gathers ? undefined : gatherCounter(row.gathers)
  const joined = joinedGather(row, dataDir)
  const consents = readConsents(options.allowMassChange, environment)
  const warnings: Warning[] = []
  const atEnd: (() => Promise<void>)[] = []
  const locks: Lock[] = []
  const reported: Pick<Summary, 'planned' | 'removals' | 'owed' | 'overrides'> = {}

  const artifacts = openArtifacts({
    row,
    dataDir,
    environment,
    cancelled: stop.cancelled,
    consent: consentTo(consents, row.stage, 'empty'),
    knownEmpty: lastRun?.empty[row.stage] ?? [],
    counter,
    joined,
  })
  const warn: BinRun['warn'] = (code, message, keys) => {
    const named = keys.map(String)
    warnings.push({ code, message, keys: named })
    logger.warn({ code, count: named.length, keys: named.slice(0, KEYS_LOGGED).map(brief) }, message)
  }
  const http = httpContext({
    logger,
    limits: given.limits ?? {},
    stop,
    now: () => clock().getTime(),
    ...(given.sleep ? { sleep: given.sleep } : {}),
    warn: (code, message) => warn(code, message, []),
    atEnd: action => {
      atEnd.push(action)
    },
    // Not for a sync: it does not decide by the day, and its first answer may be that of a write.
    checksClock: row.syncs !== true,
  })
  const context: BinContext<Groups> = {
    artifacts: artifacts.io,
    http,
    run: {
      runId: environment.RUN_ID || randomUUID(),
      options,
      calendar: calendarOf(options.today),
      clock,
      environment,
      packageDir: given.packageDir,
      logger,
      lastRun,
      consentTo: kind => consentTo(consents, row.stage, kind),
      lock: what => {
        locks.push(takeLock(what, sharedLockPath(what), clock()))
      },
      warn,
      report: part => {
        Object.assign(reported, part)
      },
    },
    settings: () => readSettings(given.settings, environment),
  }
  return {
    context,
    commit: artifacts.commit,
    abort: artifacts.abort,
    /** The gather that this bin counts: its own, or one whose parts it read. */
    gathered: (): Gathered | undefined => {
      if (joined) return { gather: joined.gather, shape: joined.counter.shape() }
      return counter && { gather: row, shape: counter.shape() }
    },
    consentToGather: ({ stage }: Bin) => consentTo(consents, stage, 'gathered'),
    /** Runs the actions for the end of the run. */
    end: async () => {
      await Promise.all(atEnd.splice(0).map(action => action()))
    },
    /** Releases this run's locks. */
    release: () => {
      for (const lock of locks.splice(0)) lock.release()
    },
    counts: () => ({
      ...artifacts.counts(),
      ...reported,
      ...(counter ? { gathered: counter.shape().counts } : {}),
      ...(joined
        ? { joined: { [gatherName(joined.gather.stage, joined.gather.bin)]: joined.counter.shape().counts } }
        : {}),
      warnings,
      ...http.usage,
    }),
  }
}

/**
 * Warns if a stage starts without the artifacts of the run's earlier stages. Returns which inputs exist. `message` says
 * what the stage does without them.
 */
export function warnIfStartedAlone<Input extends Artifact>(
  { artifacts, run }: Pick<BinParts<Input, never>, 'artifacts' | 'run'>,
  inputs: readonly Input[],
  message: string,
): (input: Input) => boolean {
  const absent = inputs.filter(input => !artifacts.isThere(input))
  if (absent.length > 0)
    run.warn(
      'STARTED_ALONE',
      message,
      absent.map(({ name }) => name),
    )
  return input => !absent.includes(input)
}

/** Warns about each value with an unfamiliar spelling. */
export function warnUnfamiliar({ warn }: Pick<BinRun, 'warn'>, values: UnfamiliarValues): void {
  for (const value of values.finish()) warn('VALUE_UNFAMILIAR', unfamiliarText(value), value.salesforce_ids)
}
