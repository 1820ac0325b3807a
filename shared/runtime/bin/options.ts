import { z } from 'zod'
import { dayOf, daySchema } from '../../domain/calendar.ts'
import { GUARD_LIMITS, type GuardKind } from '../../domain/guards.ts'
import { type Bin, type GatherPart, MAX_PARTS, partIn } from '../../pipeline/index.ts'
import { badInput, type ExpectedError } from '../errors/index.ts'
import { PROGRAM } from '../text/index.ts'

/** An option's line in --help. `shownDefault` is its default as --help shows it. */
type Help = { describe: string; isFlag?: true; mayBeBare?: true; shownDefault?: string }

/** How many accounts one query of the gather reads: about seven pages. */
export const RANGE_SIZE = 2000

/** The levels of the log, most verbose first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

function notALevel({ input }: { input?: unknown }): string {
  return `must be one of ${LOG_LEVELS.join(', ')}, found "${input}"`
}

const help = z.registry<Help>()

/** The options of all bins. */
const optionsSchema = z.object({
  dataDir: path('the directory for artifacts', "data in the stage's package"),
  today: daySchema
    .optional()
    .register(help, { describe: 'decide as of this UTC date, YYYY-MM-DD', shownDefault: 'today' }),
  logLevel: z.enum(LOG_LEVELS, { error: notALevel }).default('info').register(help, {
    describe: 'debug, info, warn or error. debug shows customer data',
    shownDefault: 'info',
  }),
  plans: path('the file that maps charge names to sections', "data/plans.yml of the stage's package"),
  overrides: path('a local override file instead of OVERRIDES_FILE or OVERRIDES_PROJECT'),
  protectedIds: path(
    'the file of organizations that are never marked',
    "data/protected_ids.yml of the stage's package",
  ),
  plan: path(
    `apply exactly this reviewed plan (from \`${PROGRAM} plan --out FILE\`); refuse if the artifacts have changed`,
  ),
  lastRun: path('the run_record.json of the last run, which the guards compare this run with'),
  dryRun: flagOf('show the plan, write nothing to Zendesk, open no connection'),
  allowMassChange: z.string().optional().register(help, {
    describe:
      'STAGE:KIND=N: allow up to N of what a guard stops, for this run; separate several with commas (or ALLOW_MASS_CHANGE)',
    mayBeBare: true,
  }),
  rangeSize: z.coerce
    .number()
    .int()
    .min(1)
    .default(RANGE_SIZE)
    .register(help, {
      describe:
        'the number of accounts per query. More accounts are read in ranges by creation date, in parallel',
      shownDefault: String(RANGE_SIZE),
    }),
  part: z
    .string()
    .transform((text, context): GatherPart => {
      const part = partIn(text)
      if (part) return part
      context.addIssue(`takes I/N, from 1/1 to ${MAX_PARTS}/${MAX_PARTS}, found "${text}"`)
      return z.NEVER
    })
    .optional()
    .register(help, {
      describe: 'gather only part I of N, given as I/N, if N jobs of a pipeline share the gather',
    }),
  maxMarksPercent: percent('marks', 'the unmarked organizations (users), over 24 hours'),
  maxLossesPercent: percent('losses', 'the organizations with support, over 24 hours'),
  maxUpdatesPercent: percent('updates', 'the gathered records'),
  maxCreatesPercent: percent('creates', 'the gathered records'),
})

export type OptionName = keyof typeof optionsSchema.shape

/** The options of every bin. */
export const COMMON_OPTIONS = ['dataDir', 'today', 'logLevel', 'lastRun', 'allowMassChange'] as const
const SYNC_OPTIONS = [
  'plan',
  'dryRun',
  'maxMarksPercent',
  'maxLossesPercent',
  'maxUpdatesPercent',
  'maxCreatesPercent',
] as const

/** The additional options of a sync, and of a gather in parts. */
export function optionsByKind({ syncs, inParts }: Pick<Bin, 'syncs' | 'inParts'>): readonly OptionName[] {
  return [...(syncs ? SYNC_OPTIONS : []), ...(inParts ? (['part'] as const) : [])]
}

/** An option's line in --help. */
export function helpOn(name: OptionName): Help {
  const found = help.get(optionsSchema.shape[name])
  if (!found) throw new Error(`the option ${name} has no help text`)
  return found
}

/** An option's name on the command line, without dashes: `dataDir` is `data-dir`. */
export function typedName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** Validates the options. Throws an `ExpectedError` that names the invalid one. */
export function parseOptions(given: unknown, now: Date) {
  const parsed = optionsSchema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw usage(`--${typedName(String(issue?.path[0]))}: ${issue?.message}`)
  }
  return { ...parsed.data, today: parsed.data.today ?? dayOf(now) }
}

export type Options = ReturnType<typeof parseOptions>

/** The error for an invalid command line. */
export function usage(message: string): ExpectedError {
  return badInput('USAGE', {
    message,
    next: 'See --help.',
  })
}

function path(describe: string, shownDefault?: string) {
  const shown = shownDefault === undefined ? { describe } : { describe, shownDefault }
  return z.string().min(1).optional().register(help, shown)
}

function flagOf(describe: string) {
  return z.boolean().default(false).register(help, { describe, isFlag: true })
}

function percent(kind: GuardKind, of: string) {
  const { percent: value, floor } = GUARD_LIMITS[kind]
  const describe = `the limit for ${kind}, in percent of ${of}; up to ${floor} always pass`
  const shown = { describe, shownDefault: String(value) }
  return z.coerce.number().min(0).max(100).default(value).register(help, shown)
}

/**
 * Reads a flag. yargs reads `--dry-run=yes` as false, so the run would be real. Therefore this refuses everything that is
 * not clearly true or false.
 */
export function flag(value: unknown): boolean {
  if (value === true || value === 'true' || value === '') return true
  if (value === false || value === 'false') return false
  throw new Error(`a flag must be true or false, found "${value}"`)
}
