import { connectToWrite, syncOrganizations } from '@support-sync/shared/apply'
import { ORGANIZATION_SYNCS } from '@support-sync/shared/plan'
import { runBin, zendeskGlobalSettings } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose: "Writes the partners' plan to Zendesk Global: creates, updates and marks their organizations.",
  settings: { zendesk: zendeskGlobalSettings },
  run: context =>
    syncOrganizations(context, {
      ...ORGANIZATION_SYNCS['partner-sync'],
      connect: () => connectToWrite(context, context.settings().zendesk),
    }),
})
