import { runBin, zendeskGlobalSettings } from '@support-sync/shared/stage'
import { gatherOrganizations } from '../src/gather-organizations.ts'

await runBin(import.meta.url, {
  purpose: 'Reads every organization of Zendesk Global.',
  settings: { zendesk: zendeskGlobalSettings },
  run: context => gatherOrganizations(context, 'global', context.settings().zendesk, 'zendesk_global.json'),
})
