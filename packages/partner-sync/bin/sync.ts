import { connectToWrite, syncOrganizations } from '@support-sync/shared/apply'
import { PARTNER_SYNC } from '@support-sync/shared/plan'
import { runBin, zendeskSettings } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose: "Writes the partners' plan to Zendesk Global: creates, updates and marks their organizations.",
  settings: { zendesk: zendeskSettings.global },
  run: context =>
    syncOrganizations(context, {
      ...PARTNER_SYNC,
      connect: () => connectToWrite(context, context.settings().zendesk),
    }),
})
