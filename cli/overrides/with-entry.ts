import { matchKey, type Override, readOverrides } from '@support-sync/shared/domain'
import { parseYaml } from '@support-sync/shared/runtime/artifacts'

const GIVEN = 'the entry'

/** Reads one entry: YAML, with or without a list dash. Throws the same errors as the processor. */
export async function entryOf(text: string): Promise<Override> {
  const content = await parseYaml(text, GIVEN)
  const { byKey, withoutKey } = readOverrides(Array.isArray(content) ? content : [content], GIVEN)
  const [entry, other] = [...byKey.values(), ...withoutKey]
  if (entry === undefined || other !== undefined) throw new Error('expected exactly one entry')
  return entry
}

/** A file's entries plus one, which replaces its account's current entry. */
export function withEntry(content: unknown, file: string, entry: Override): Override[] {
  const { byKey, withoutKey } = readOverrides(content, file)
  const key = matchKey(entry.salesforce_id)
  const others = [...byKey].filter(([other]) => other !== key).map(([, override]) => override)
  return [...others, ...withoutKey, entry]
}
