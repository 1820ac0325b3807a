import { connectToWrite, syncOrganizations } from '@support-sync/shared/apply'
import { attributesOf, instanceObjectSchema } from '@support-sync/shared/domain'
import { runBin, slackSettings, zendeskGlobalSettings } from '@support-sync/shared/stage'
import { associateSoldTos } from '../src/associate-sold-tos.ts'

await runBin(import.meta.url, {
  purpose:
    'Writes the plan to Zendesk Global: creates organizations and associates their sold-to contacts, updates what changed, marks what is gone.',
  settings: { zendesk: zendeskGlobalSettings, slack: slackSettings },
  run: context =>
    syncOrganizations(context, {
      stage: 'sync-global',
      title: 'Zendesk Global: organizations',
      attributes: attributesOf('global'),
      objectSchema: instanceObjectSchema('global'),
      inputs: {
        updates: 'global_updates.json',
        creates: 'global_creates.json',
        not_in_sync: 'global_not_in_sync.json',
        gathered: 'zendesk_global.json',
      },
      connect: () => connectToWrite(context, context.settings().zendesk),
      afterCreate: (zendesk, object, id, record) => associateSoldTos(context, zendesk, object, id, record),
    }),
})
