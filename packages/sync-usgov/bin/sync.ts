import { connectToWrite, syncOrganizations } from '@support-sync/shared/apply'
import { attributesOf, instanceObjectSchema } from '@support-sync/shared/domain'
import { runBin, zendeskUsgovSettings } from '@support-sync/shared/stage'

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
      connect: () => connectToWrite(context, context.settings().zendesk),
    }),
})
