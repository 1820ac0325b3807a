import { compareOrganizations, readProtectedIds } from '@support-sync/shared/compare'
import {
  attributesOf,
  getsOrganization,
  instanceObjectSchema,
  isPartnerType,
} from '@support-sync/shared/domain'
import { runBin } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose: 'Compares Zendesk Global with what it should hold: what to update, to create and to mark.',
  options: ['protected-ids'],
  settings: {},
  async run(context) {
    const isProtected = await readProtectedIds(context)
    const objectSchema = instanceObjectSchema('global')
    await compareOrganizations(context, {
      attributes: attributesOf('global'),
      organizations: 'zendesk_global.json',
      objects: context.read('global_accounts.json', objectSchema, 'needed'),
      objectSchema,
      outputs: {
        updates: 'global_updates.json',
        creates: 'global_creates.json',
        not_in_sync: 'global_not_in_sync.json',
      },
      isCreated: getsOrganization,
      // Partners' organizations are partner-sync's.
      isMarked: organization => !isProtected(organization) && !isPartnerType(organization.account_type),
    })
  },
})
