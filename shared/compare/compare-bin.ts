import { allianceKeySettings, runBin } from '../stage/index.ts'
import type { OrganizationSync } from '../syncs/index.ts'
import { compareOrganizations } from './compare-organizations.ts'
import { readProtectedIds } from './protected-ids.ts'

/** The bin that compares a sync's organizations with what they should be. `url` is the bin's `import.meta.url`. */
export function runCompare(url: string, sync: OrganizationSync): Promise<void> {
  return runBin(url, {
    purpose: `${sync.title}, compared with what they should be: what to update, to create and to mark.`,
    options: ['protectedIds'],
    settings: { allianceKey: allianceKeySettings },
    async run(context) {
      const { allianceKey } = context.settings()
      await compareOrganizations(context, sync, await readProtectedIds(context), allianceKey)
    },
  })
}
