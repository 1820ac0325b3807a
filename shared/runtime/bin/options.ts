import { z } from 'zod'
import { dayOf, daySchema } from '../../domain/calendar.ts'
import { GUARD_LIMITS, type GuardKind } from '../../domain/guards.ts'
import type { Bin } from '../../pipeline/index.ts'
import { ExpectedError } from '../errors/index.ts'
import { PROGRAM } from '../text/index.ts'

/** An option's line of --help. `shownDefault` is what it comes to when it is left out. */
type Help = { describe: string; isFlag?: true; mayBeBare?: true; shownDefault?: string }

/** How many accounts one query of the gather reads: some seven pages. */
export const RANGE_SIZE = 2000

const help = z.registry<Help>()

/** Every option that some bin takes. */
const optionsSchema = z.object({
  dataDir: path('where artifacts are read and written', "data in the stage's package"),
  today: daySchema
    .optional()
    .register(help, { describe: 'the UTC calendar date to decide by, YYYY-MM-DD', shownDefault: 'today' }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').register(help, {
    describe: 'debug, info, warn or error; debug shows customer data',
    shownDefault: 'info',
  }),
  plans: path('the file that sorts charge names into sections', "data/plans.yml of the stage's package"),
  overrides: path('a local override file, instead of OVERRIDES_FILE or OVERRIDES_PROJECT'),
  protectedIds: path(
    'the file of organizations that are never marked',
    "data/protected_ids.yml of the stage's package",
  ),
  plan: path(
    `apply exactly this reviewed plan, of \`${PROGRAM} plan --out FILE\`; refuse when the artifacts have changed`,
  ),
  lastRun: path('the run_record.json of the last run, which the guards hold this one against'),
  dryRun: flagOf('show the plan, write nothing, open no connection'),
  allowMassChange: z.string().optional().register(help, {
    describe:
      'STAGE:KIND=N: let up to N of what a guard stops through, this once; several with commas (or ALLOW_MASS_CHANGE)',
    mayBeBare: true,
  }),
  rangeSize: z.coerce
    .number()
    .int()
    .min(1)
    .default(RANGE_SIZE)
    .register(help, {
      describe: 'how many accounts one query reads; more are read in ranges by their creation, side by side',
      shownDefault: String(RANGE_SIZE),
    }),
  maxMarksPercent: percent('marks', 'the organizations (users) that were not marked, over 24 hours'),
  maxLossesPercent: percent('losses', 'the organizations with support, over 24 hours'),
  maxUpdatesPercent: percent('updates', 'the gathered records'),
  maxCreatesPercent: percent('creates', 'the gathered records'),
})

export type OptionName = keyof typeof optionsSchema.shape

/** What every bin takes. */
export const COMMON_OPTIONS = ['dataDir', 'today', 'logLevel', 'lastRun', 'allowMassChange'] as const
const SYNC_OPTIONS = [
  'plan',
  'dryRun',
  'maxMarksPercent',
  'maxLossesPercent',
  'maxUpdatesPercent',
  'maxCreatesPercent',
] as const

/** What a bin takes because it syncs. */
export function optionsByKind({ syncs }: Pick<Bin, 'syncs'>): readonly OptionName[] {
  return syncs ? SYNC_OPTIONS : []
}

/** An option's line of --help. */
export function helpOn(name: OptionName): Help {
  const found = help.get(optionsSchema.shape[name])
  if (!found) throw new Error(`the option ${name} says nothing of itself`)
  return found
}

/** An option as it is typed, without the dashes before it: `dataDir` is `data-dir`. */
export function typedName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** Checks what the command line gave, by the options' names. Throws a `ExpectedError` naming the option. */
export function parseOptions(given: unknown, now: Date) {
  const parsed = optionsSchema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw usage(`--${typedName(String(issue?.path[0]))}: ${issue?.message}`)
  }
  return { ...parsed.data, today: parsed.data.today ?? dayOf(now) }
}

export type Options = ReturnType<typeof parseOptions>

/** For a command line that a bin does not take. */
export function usage(message: string): ExpectedError {
  return new ExpectedError({ kind: 'bad-input', code: 'USAGE', message, next: 'See --help.' })
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
  const describe = `the guard on ${kind}, in percent of ${of}; up to ${floor} always pass`
  const shown = { describe, shownDefault: String(value) }
  return z.coerce.number().min(0).max(100).default(value).register(help, shown)
}

/**
 * Reads a flag of the command line. yargs takes `--dry-run=yes` for false, and the run would be real: whatever is
 * not clearly yes or no is refused here.
 */
export function flag(value: unknown): boolean {
  if (value === true || value === 'true' || value === '') return true
  if (value === false || value === 'false') return false
  throw new Error(`a flag takes no value but true or false, found "${value}"`)
}
