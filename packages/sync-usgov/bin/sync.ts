import { connectToWrite, syncOrganizations } from '@support-sync/shared/apply'
import { ORGANIZATION_SYNCS } from '@support-sync/shared/plan'
import { runBin, zendeskUsgovSettings } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose:
    'Writes the plan to Zendesk US Government: creates organizations, updates what changed, marks what is gone.',
  settings: { zendesk: zendeskUsgovSettings },
  run: context =>
    syncOrganizations(context, {
      ...ORGANIZATION_SYNCS['sync-usgov'],
      connect: () => connectToWrite(context, context.settings().zendesk),
    }),
})
