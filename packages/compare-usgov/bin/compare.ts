import { compareOrganizations, readProtectedIds } from '@support-sync/shared/compare'
import { attributesOf, getsOrganization, instanceObjectSchema } from '@support-sync/shared/domain'
import { runBin } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose: 'Compares Zendesk US Government with what it should hold: what to update, to create and to mark.',
  options: ['protected-ids'],
  settings: {},
  async run(context) {
    const isProtected = await readProtectedIds(context)
    const objectSchema = instanceObjectSchema('usgov')
    await compareOrganizations(context, {
      attributes: attributesOf('usgov'),
      organizations: 'zendesk_usgov.json',
      objects: context.read('usgov_accounts.json', objectSchema, 'needed'),
      objectSchema,
      outputs: {
        updates: 'usgov_updates.json',
        creates: 'usgov_creates.json',
        not_in_sync: 'usgov_not_in_sync.json',
      },
      isCreated: getsOrganization,
      isMarked: organization => !isProtected(organization),
    })
  },
})
