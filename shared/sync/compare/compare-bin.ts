import type { Organization } from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import { allianceKeySettings, type BinContext, runBin } from '../../runtime/bin/index.ts'
import { compareOrganizations } from './compare-organizations.ts'
import { readProtectedIds } from './protected-ids.ts'

type IsKept = (organization: Organization) => boolean

/**
 * The bin that compares a sync's organizations with what they should be. `url` is the bin's `import.meta.url`;
 * `readOthers` says which organizations another sync keeps: they are not marked.
 */
export function runCompare(
  url: string,
  sync: OrganizationSync,
  readOthers: (context: BinContext<unknown>) => Promise<IsKept> = async () => () => false,
): Promise<void> {
  return runBin(url, {
    purpose: `${sync.title}, compared with what they should be: what to update, to create and to mark.`,
    options: ['protectedIds'],
    settings: { allianceKey: allianceKeySettings },
    async run(context) {
      const { allianceKey } = context.settings()
      const isProtected = await readProtectedIds(context)
      const isOthers = await readOthers(context)
      await compareOrganizations(context, sync, one => isProtected(one) || isOthers(one), allianceKey)
    },
  })
}
