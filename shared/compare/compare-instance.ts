import {
  attributesOf,
  getsOrganization,
  INSTANCE_ARTIFACTS,
  type Instance,
  instanceObjectSchema,
  type Organization,
  zendeskName,
} from '../domain/index.ts'
import { runBin } from '../stage/index.ts'
import { compareOrganizations } from './compare-organizations.ts'
import { readProtectedIds } from './protected-ids.ts'

/**
 * The bin that compares an instance's organizations with its objects. `url` is the bin's `import.meta.url`. `isOurs`
 * tells which organizations it may mark when no object claims them; what protected_ids.yml keeps it never marks.
 */
export function compareInstance(
  url: string,
  instance: Instance,
  isOurs: (organization: Organization) => boolean = () => true,
): Promise<void> {
  const { gathered, objects, ...outputs } = INSTANCE_ARTIFACTS[instance]
  const objectSchema = instanceObjectSchema(instance)
  return runBin(url, {
    purpose: `Compares ${zendeskName(instance)} with what it should hold: what to update, to create and to mark.`,
    options: ['protectedIds'],
    settings: {},
    async run(context) {
      const isProtected = await readProtectedIds(context)
      await compareOrganizations(context, {
        attributes: attributesOf(instance),
        organizations: gathered,
        objects: context.read(objects, objectSchema, 'needed'),
        objectSchema,
        outputs,
        isCreated: getsOrganization,
        isMarked: organization => !isProtected(organization) && isOurs(organization),
      })
    },
  })
}
