import { z } from 'zod'
import { dayOf, daySchema } from '../domain/calendar.ts'
import { GUARD_LIMITS } from '../domain/guards.ts'
import { Trouble } from '../errors/index.ts'

const percent = z.coerce.number().min(0).max(100)

/** Every option that some bin takes, its schema and its line of --help. */
export const OPTIONS = {
  'data-dir': {
    describe: 'where artifacts are read and written',
    type: 'string',
    schema: z.string().min(1).optional(),
    defaultDescription: "data in the stage's package",
  },
  today: {
    describe: 'the UTC calendar date to decide by, YYYY-MM-DD',
    type: 'string',
    schema: daySchema.optional(),
    defaultDescription: 'today',
  },
  'log-level': {
    describe: 'debug, info, warn or error; debug shows customer data',
    type: 'string',
    schema: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    defaultDescription: 'info',
  },
  plans: {
    describe: 'the file that sorts charge names into sections',
    type: 'string',
    schema: z.string().min(1).optional(),
    defaultDescription: "data/plans.yml of the stage's package",
  },
  overrides: {
    describe: 'a local override file, instead of OVERRIDES_FILE or OVERRIDES_PROJECT',
    type: 'string',
    schema: z.string().min(1).optional(),
    defaultDescription: undefined,
  },
  'protected-ids': {
    describe: 'the file of organizations that are never marked',
    type: 'string',
    schema: z.string().min(1).optional(),
    defaultDescription: "data/protected_ids.yml of the stage's package",
  },
  plan: {
    describe:
      'apply exactly this reviewed plan, of `npx -y pnpm@12 plan --out FILE`; refuse when the artifacts have changed',
    type: 'string',
    schema: z.string().min(1).optional(),
    defaultDescription: undefined,
  },
  'last-run': {
    describe: 'the run_record.json of the last run: far fewer records than it had stop the gather',
    type: 'string',
    schema: z.string().min(1).optional(),
    defaultDescription: undefined,
  },
  'dry-run': {
    describe: 'show the plan, write nothing, open no connection',
    type: 'flag',
    schema: z.boolean().default(false),
    defaultDescription: undefined,
  },
  'allow-mass-change': {
    describe: 'let this one run pass the guards (or ALLOW_MASS_CHANGE=true)',
    type: 'flag',
    schema: z.boolean().default(false),
    defaultDescription: undefined,
  },
  'max-marks-percent': {
    describe: 'the guard on marks, in percent of the gathered records',
    type: 'string',
    schema: percent.default(GUARD_LIMITS.maxMarksPercent),
    defaultDescription: String(GUARD_LIMITS.maxMarksPercent),
  },
  'max-updates-percent': {
    describe: 'the guard on updates, in percent of the gathered records',
    type: 'string',
    schema: percent.default(GUARD_LIMITS.maxUpdatesPercent),
    defaultDescription: String(GUARD_LIMITS.maxUpdatesPercent),
  },
} as const

export type OptionName = keyof typeof OPTIONS

export const COMMON_OPTIONS = ['data-dir', 'today', 'log-level'] as const
export const GATHER_OPTIONS = ['last-run', 'allow-mass-change'] as const
export const SYNC_OPTIONS = [
  'plan',
  'dry-run',
  'allow-mass-change',
  'max-marks-percent',
  'max-updates-percent',
] as const

const optionsSchema = z.object({
  'data-dir': OPTIONS['data-dir'].schema,
  today: OPTIONS.today.schema,
  'log-level': OPTIONS['log-level'].schema,
  plans: OPTIONS.plans.schema,
  overrides: OPTIONS.overrides.schema,
  'protected-ids': OPTIONS['protected-ids'].schema,
  plan: OPTIONS.plan.schema,
  'last-run': OPTIONS['last-run'].schema,
  'dry-run': OPTIONS['dry-run'].schema,
  'allow-mass-change': OPTIONS['allow-mass-change'].schema,
  'max-marks-percent': OPTIONS['max-marks-percent'].schema,
  'max-updates-percent': OPTIONS['max-updates-percent'].schema,
})

/** Checks what the command line gave. Throws a `Trouble` naming the option. */
export function parseOptions(given: unknown, now: Date) {
  const parsed = optionsSchema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw usage(`--${issue?.path.join('.')}: ${issue?.message}`)
  }
  const options = parsed.data
  return {
    dataDir: options['data-dir'],
    today: options.today ?? dayOf(now),
    logLevel: options['log-level'],
    plans: options.plans,
    overrides: options.overrides,
    protectedIds: options['protected-ids'],
    plan: options.plan,
    lastRun: options['last-run'],
    dryRun: options['dry-run'],
    allowMassChange: options['allow-mass-change'],
    maxMarksPercent: options['max-marks-percent'],
    maxUpdatesPercent: options['max-updates-percent'],
  }
}

export type Options = ReturnType<typeof parseOptions>

/** For a command line that a bin does not take. */
export function usage(message: string): Trouble {
  return new Trouble('bad-input', 'USAGE', message, 'See --help.')
}
