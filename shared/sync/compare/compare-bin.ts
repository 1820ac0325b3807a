import type { Organization } from '../../domain/index.ts'
import type { Bin, OrganizationSync } from '../../pipeline/index.ts'
import { type BinParts, type DefinedBin, defineBin } from '../../runtime/bin/index.ts'
import { allianceKeySettings, reviewedFilesSettings } from '../../runtime/settings/index.ts'
import { compareOrganizations } from './compare-organizations.ts'
import { readProtectedIds } from './protected-ids.ts'

type ReadOthers = (
  context: BinParts,
  among: readonly Organization[],
) => Promise<(organization: Organization) => boolean>

/**
 * Creates the bin that compares a sync's organizations with its objects. `readOthers` finds the organizations of another
 * sync among those without an object. They are not marked.
 */
export function compareBin(row: Bin, sync: OrganizationSync, readOthers?: ReadOthers): DefinedBin {
  return defineBin(row, {
    purpose: `${sync.title}, compared with their objects: what to update, create and mark.`,
    options: ['protectedIds'],
    settings: { allianceKey: allianceKeySettings, protectedIds: reviewedFilesSettings.protectedIds },
    async run(context) {
      const { allianceKey } = context.settings()
      await compareOrganizations(context, sync, {
        isProtected: await readProtectedIds(context.run),
        readOthers: readOthers && (among => readOthers(context, among)),
        allianceKey,
      })
    },
  })
}
