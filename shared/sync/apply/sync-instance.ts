import { type Instance, zendeskName } from '../../domain/index.ts'
import { BINS, type Bin, INSTANCE_SYNCS } from '../../pipeline/index.ts'
import { type DefinedBin, defineBin } from '../../runtime/bin/index.ts'
import { zendeskSettings } from '../../runtime/settings/index.ts'
import { connectToWrite } from './connect.ts'
import { syncOrganizations } from './sync-organizations.ts'

/** Creates the bin that only writes an instance's plan. */
export function instanceSyncBin(instance: Instance): DefinedBin {
  const row: Bin = BINS.sync[instance]
  return defineBin(row, {
    purpose: `Writes the plan to ${zendeskName(instance)}: creates organizations, updates changed ones, and marks those without an object.`,
    settings: { zendesk: zendeskSettings[instance] },
    run: context =>
      syncOrganizations(context, {
        ...INSTANCE_SYNCS[instance],
        connect: () => connectToWrite(context, context.settings().zendesk),
      }),
  })
}
