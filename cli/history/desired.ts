import { type AttributeValue, type Instance, matchKey, plainValue } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { artifactPath, type Run } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { z } from 'zod'

/** What the rules made of the accounts of a run. Read loosely: an older run's catalogue may be another. */

const objectSchema = z.looseObject({ salesforce_id: z.string(), name: z.string() })
export type DesiredObject = z.infer<typeof objectSchema>

export type Change = { attribute: string; from: AttributeValue; to: AttributeValue }

/** The objects of an instance by salesforce_id; none where the run has no such artifact. */
export async function desiredIn(run: Run, instance: Instance): Promise<Map<string, DesiredObject>> {
  const objects = new Map<string, DesiredObject>()
  const path = artifactPath(run, artifacts.instances[instance].objects)
  if (path === undefined) return objects
  for await (const object of readArtifact(path, objectSchema)) objects.set(object.salesforce_id, object)
  return objects
}

/** The one that a person means, by salesforce_id or by name, in any letter case. */
export function isMeant({ salesforce_id, name }: DesiredObject, whom: string): boolean {
  const key = matchKey(whom)
  return key === null ? name.toLowerCase() === whom.toLowerCase() : matchKey(salesforce_id) === key
}

/** What one object has otherwise than another; lists are no attributes. */
export function changesBetween(one: DesiredObject, other: DesiredObject): Change[] {
  const attributes = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return attributes.flatMap(attribute => {
    const [from, to] = [plainValue(one[attribute]), plainValue(other[attribute])]
    return from === to ? [] : [{ attribute, from, to }]
  })
}
