import { syncOrganizations } from '@support-sync/shared/apply'
import { ORGANIZATION_SYNCS } from '@support-sync/shared/plan'
import { neighboursOf, runBin, slackSettings, zendeskGlobalSettings } from '@support-sync/shared/stage'
import { connectZendesk } from '@support-sync/shared/zendesk'
import { associateSoldTos } from '../src/associate-sold-tos.ts'

await runBin(import.meta.url, {
  purpose:
    'Writes the plan to Zendesk Global: creates organizations and associates their sold-to contacts, updates what changed, marks what is gone.',
  settings: { zendesk: zendeskGlobalSettings, slack: slackSettings },
  run: context =>
    syncOrganizations(context, {
      ...ORGANIZATION_SYNCS['sync-global'],
      connect: () => connectZendesk(context.settings().zendesk, neighboursOf(context)),
      afterCreate: (zendesk, object, id) => associateSoldTos(context, zendesk, object, id),
    }),
})
