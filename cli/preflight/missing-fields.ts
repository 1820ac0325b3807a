import type { ObjectDescription } from '@support-sync/shared/services/salesforce'
import type { Queried } from './queried-fields.ts'

type Describe = (object: string) => Promise<ObjectDescription | null>

/** How many of an object's queried fields are visible, and which are missing. */
export type ObjectFields = { seen: number; missing: string[] }

/**
 * Compares the queried fields with Salesforce's description of each object. Salesforce does not describe a field that
 * the integration user may not see.
 */
export async function seenFields(
  queries: readonly ({ object: string } & Queried)[],
  describe: Describe,
): Promise<Map<string, ObjectFields>> {
  const names = new Map<string, Set<string>>()
  const missing = new Map<string, Set<string>>()

  function note(into: Map<string, Set<string>>, object: string, field: string): void {
    into.set(object, (into.get(object) ?? new Set()).add(field))
  }

  async function look(object: string, { paths, children }: Queried): Promise<void> {
    const description = await describe(object)
    if (description === null) return note(missing, object, 'the object itself')
    for (const path of paths) await follow(description, path)
    for (const [relationship, queried] of children) {
      const child = description.childRelationships.find(({ relationshipName }) =>
        isSame(relationshipName, relationship),
      )
      if (child) await look(child.childSObject, queried)
      else note(missing, object, `the child relationship ${relationship}`)
    }
  }

  async function follow(
    description: ObjectDescription,
    [step = '', ...rest]: readonly string[],
  ): Promise<void> {
    if (rest.length === 0) {
      const field = description.fields.find(({ name }) => isSame(name, step))
      return note(field ? names : missing, description.name, step)
    }
    const lookup = description.fields.find(({ relationshipName }) => isSame(relationshipName, step))
    if (!lookup) return note(missing, description.name, `the look-up ${step}`)
    note(names, description.name, step)
    // A look-up can lead to several objects. The queries read only fields that all of them have.
    const parent = await describe(lookup.referenceTo[0] ?? '')
    if (parent) await follow(parent, rest)
    else note(missing, lookup.referenceTo[0] ?? step, 'the object itself')
  }

  for (const { object, ...queried } of queries) await look(object, queried)
  const objects = [...new Set([...names.keys(), ...missing.keys()])]
  return new Map(
    objects.map(object => [
      object,
      { seen: names.get(object)?.size ?? 0, missing: [...(missing.get(object) ?? [])] },
    ]),
  )
}

/** SOQL names are case-insensitive. */
function isSame(one: string | null, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase()
}
