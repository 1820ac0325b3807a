import { type AttributeValue, type Instance, matchKey, plainValue } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { artifactPath, type Run } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { z } from 'zod'

/** The objects that a run decided. The schema is loose because an older run may have another catalogue. */

const objectSchema = z.looseObject({ salesforce_id: z.string(), name: z.string() })
export type DesiredObject = z.infer<typeof objectSchema>

export type Change = { attribute: string; from: AttributeValue; to: AttributeValue }

/** An instance's objects by salesforce_id. Empty if the run has no such artifact. */
export async function desiredIn(run: Run, instance: Instance): Promise<Map<string, DesiredObject>> {
  const objects = new Map<string, DesiredObject>()
  const path = artifactPath(run, artifacts.instances[instance].objects)
  if (path === undefined) return objects
  for await (const object of readArtifact(path, objectSchema)) objects.set(object.salesforce_id, object)
  return objects
}

/** Whether a query names this object: its salesforce_id or its name, case-insensitive. */
export function isNamedBy(query: string, { salesforce_id, name }: DesiredObject): boolean {
  const key = matchKey(query)
  return key === null ? name.toLowerCase() === query.toLowerCase() : matchKey(salesforce_id) === key
}

/** The attributes that differ between two objects. Ignores lists, such as sold_tos, which are not attributes. */
export function changesBetween(one: DesiredObject, other: DesiredObject): Change[] {
  const attributes = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return attributes.flatMap(attribute => {
    const [from, to] = [plainValue(one[attribute]), plainValue(other[attribute])]
    return from === to ? [] : [{ attribute, from, to }]
  })
}
