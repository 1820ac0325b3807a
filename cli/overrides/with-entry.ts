import { type Override, readOverrides } from '@support-sync/shared/domain'
import { parseYaml } from '@support-sync/shared/runtime/artifacts'
import { badInput } from '@support-sync/shared/runtime/errors'
import { usage } from '../command/command.ts'
import type { Finding } from './check-entries.ts'

const GIVEN = 'the entry'

/** The entry in a text: YAML, with or without a list dash. Throws an `ExpectedError` if there is not exactly one. */
export async function entryIn(text: string): Promise<unknown> {
  const content = await parseYaml(text, GIVEN)
  const [entry, ...others] = Array.isArray(content) ? content : [content]
  if (entry === undefined || others.length > 0)
    throw usage('overrides', `try takes one entry, found ${entry === undefined ? 0 : others.length + 1}`)
  return entry
}

/** Throws an `ExpectedError` if a finding says that the processor would refuse the entry. */
export function refuseProblems(findings: readonly Finding[]): void {
  const problems = findings.filter(({ state }) => state === 'problem').map(({ message }) => message)
  if (problems.length === 0) return
  throw badInput('OVERRIDES_INVALID', {
    message: `the entry is not valid: ${problems.join('; ')}`,
    next: 'Correct it. docs/entitlements.md lists the keys and values.',
  })
}

/** A file's entries plus one, which replaces its account's current entry. */
export function withEntry(content: unknown, file: string, given: unknown): Override[] {
  const { byKey, withoutKey } = readOverrides(content, file)
  const own = readOverrides([given], GIVEN)
  const others = [...byKey].filter(([key]) => !own.byKey.has(key)).map(([, override]) => override)
  return [...others, ...withoutKey, ...own.byKey.values(), ...own.withoutKey]
}
