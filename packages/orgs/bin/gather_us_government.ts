import { runBin, zendeskUsgovSettings } from '@support-sync/shared/stage'
import { gatherOrganizations } from '../src/gather-organizations.ts'

await runBin(import.meta.url, {
  purpose: 'Reads every organization of Zendesk US Government.',
  settings: { zendesk: zendeskUsgovSettings },
  run: context => gatherOrganizations(context, 'usgov', context.settings().zendesk, 'zendesk_usgov.json'),
})
