import { matchKey, type Override, readOverrides } from '@support-sync/shared/domain'
import { parseYaml } from '@support-sync/shared/runtime/artifacts'

const GIVEN = 'the entry'

/** Reads one entry as a person types it: YAML, with or without the dash of a list. Throws as the processor would. */
export function entryOf(text: string): Override {
  const content = parseYaml(text, GIVEN)
  const { byKey, withoutKey } = readOverrides(Array.isArray(content) ? content : [content], GIVEN)
  const [entry, other] = [...byKey.values(), ...withoutKey]
  if (entry === undefined || other !== undefined) throw new Error('one entry was read as none, or as several')
  return entry
}

/** The entries of a file with one more, which takes the place of the one that its account has there. */
export function withEntry(content: unknown, file: string, entry: Override): Override[] {
  const { byKey, withoutKey } = readOverrides(content, file)
  const key = matchKey(entry.salesforce_id)
  const others = [...byKey].filter(([other]) => other !== key).map(([, override]) => override)
  return [...others, ...withoutKey, entry]
}
