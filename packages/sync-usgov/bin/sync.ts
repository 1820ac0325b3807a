import { syncOrganizations } from '@support-sync/shared/apply'
import { attributesOf, instanceObjectSchema } from '@support-sync/shared/domain'
import { neighboursOf, runBin, zendeskUsgovSettings } from '@support-sync/shared/stage'
import { connectZendesk } from '@support-sync/shared/zendesk'

await runBin(import.meta.url, {
  purpose:
    'Writes the plan to Zendesk US Government: creates organizations, updates what changed, marks what is gone.',
  settings: { zendesk: zendeskUsgovSettings },
  run: context =>
    syncOrganizations(context, {
      stage: 'sync-usgov',
      title: 'Zendesk US Government: organizations',
      attributes: attributesOf('usgov'),
      objectSchema: instanceObjectSchema('usgov'),
      inputs: {
        updates: 'usgov_updates.json',
        creates: 'usgov_creates.json',
        not_in_sync: 'usgov_not_in_sync.json',
        gathered: 'zendesk_usgov.json',
      },
      connect: () => connectZendesk(context.settings().zendesk, neighboursOf(context)),
    }),
})
