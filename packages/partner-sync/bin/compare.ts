import { compareOrganizations, readProtectedIds } from '@support-sync/shared/compare'
import { objectSchema, PLAN_ARTIFACTS, partnerAttributes } from '@support-sync/shared/domain'
import { runBin } from '@support-sync/shared/stage'

await runBin(import.meta.url, {
  purpose: "Compares the partners' organizations with Salesforce: what to update, to create and to mark.",
  options: ['protectedIds'],
  settings: {},
  async run(context) {
    const isProtected = await readProtectedIds(context)
    const attributes = partnerAttributes()
    const schema = objectSchema(attributes)
    await compareOrganizations(context, {
      attributes,
      organizations: 'zendesk_orgs.json',
      objects: context.read('salesforce_accounts.json', schema, 'needed'),
      objectSchema: schema,
      outputs: PLAN_ARTIFACTS,
      isCreated: () => true,
      isMarked: organization => !isProtected(organization),
    })
  },
})
