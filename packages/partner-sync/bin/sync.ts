import { connectToWrite, syncOrganizations } from '@support-sync/shared/apply'
import { objectSchema, partnerAttributes } from '@support-sync/shared/domain'
import { runBin, zendeskGlobalSettings } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose: "Writes the partners' plan to Zendesk Global: creates, updates and marks their organizations.",
  settings: { zendesk: zendeskGlobalSettings },
  run: context => {
    const attributes = partnerAttributes()
    return syncOrganizations(context, {
      stage: 'partner-sync',
      title: "Zendesk Global: partners' organizations",
      attributes,
      objectSchema: objectSchema(attributes),
      inputs: {
        updates: 'updates.json',
        creates: 'creates.json',
        not_in_sync: 'not_in_sync.json',
        gathered: 'zendesk_orgs.json',
      },
      connect: () => connectToWrite(context, context.settings().zendesk),
    })
  },
})
