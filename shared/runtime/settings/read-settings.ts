import type { z } from 'zod'
import { isLoopback, isUnverified, unverified } from '../../services/http/index.ts'
import { badInput } from '../errors/index.ts'
import { PROGRAM } from '../text/index.ts'

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A group of variables that belong together. */
export type Settings<Value> = {
  /** Names and descriptions, for --help. */
  variables: Readonly<Record<string, string>>
  schema: z.ZodType<Value, unknown>
}

/** The values of these groups. */
export type SettingsValues<Groups> = {
  [Key in keyof Groups]: Groups[Key] extends { schema: z.ZodType<infer Value> } ? Value : never
}

/**
 * Reads several groups of settings from the environment.
 * Throws one `ExpectedError` that names every missing or malformed variable, but never a value.
 */
export function readSettings<Groups extends Record<string, Settings<unknown>>>(
  groups: Groups,
  environment: Environment,
): SettingsValues<Groups> {
  // An empty variable counts as not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const problems: string[] = []
  const values = Object.entries(groups).map(([key, { schema }]) => {
    const parsed = schema.safeParse(given)
    for (const issue of parsed.error?.issues ?? []) {
      const name = issue.path.join('.')
      const isMissing = name !== '' && given[name] === undefined
      problems.push(isMissing ? `${name} is not set` : `${name} ${issue.message}`.trim())
    }
    return [key, parsed.data]
  })
  if (problems.length > 0) {
    throw badInput('CONFIGURATION_INVALID', {
      message: `environment variables: ${[...new Set(problems)].join('; ')}`,
      next: `Set or correct them and run again. docs/settings.md lists every variable, and \`${PROGRAM} sandbox\` prints values to try.`,
    })
  }
  const isRemote = addressesIn(values).some(({ hostname }) => !isLoopback(hostname))
  if (isUnverified(environment) && isRemote) throw unverified('the services')
  // Without problems every group was read. TypeScript cannot infer the keys through Object.fromEntries.
  return Object.fromEntries(values) as SettingsValues<Groups>
}

/** All addresses in the values of settings. */
function addressesIn(value: unknown): URL[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(addressesIn)
  if (typeof value !== 'string' || !/^https?:/.test(value)) return []
  const url = URL.parse(value)
  return url ? [url] : []
}
