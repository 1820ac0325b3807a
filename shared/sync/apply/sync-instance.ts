import { type Instance, zendeskName } from '../../domain/index.ts'
import { INSTANCE_SYNCS } from '../../pipeline/index.ts'
import { runBin, zendeskSettings } from '../../runtime/bin/index.ts'
import { connectToWrite } from './connect.ts'
import { syncOrganizations } from './sync-organizations.ts'

/** The bin that writes an instance's plan, and does no more than that. `url` is the bin's `import.meta.url`. */
export function syncInstance(url: string, instance: Instance): Promise<void> {
  return runBin(url, {
    purpose: `Writes the plan to ${zendeskName(instance)}: creates organizations, updates what changed, marks what is gone.`,
    settings: { zendesk: zendeskSettings[instance] },
    run: context =>
      syncOrganizations(context, {
        ...INSTANCE_SYNCS[instance],
        connect: () => connectToWrite(context, context.settings().zendesk),
      }),
  })
}
