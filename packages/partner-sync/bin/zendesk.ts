import {
  isPartnerType,
  matchKey,
  objectSchema,
  organizationFromZendesk,
  organizationKey,
  organizationSchema,
  partnerAttributes,
} from '@support-sync/shared/domain'
import { neighboursOf, runBin, zendeskSettings } from '@support-sync/shared/stage'
import { connectZendesk } from '@support-sync/shared/zendesk'

await runBin(import.meta.url, {
  purpose:
    "Reads the partners' organizations of Zendesk Global, and those that a partner of Salesforce has under another type.",
  settings: { zendesk: zendeskSettings.global },
  async run(context) {
    const attributes = partnerAttributes()
    const partners = new Set<string>()
    for await (const { salesforce_id } of context.read(
      'salesforce_accounts.json',
      objectSchema(attributes),
      'needed',
    )) {
      partners.add(matchKey(salesforce_id))
    }
    const fromZendesk = organizationFromZendesk(attributes)
    const zendesk = connectZendesk(context.settings().zendesk, neighboursOf(context))
    const write = await context.write('zendesk_orgs.json', organizationSchema(attributes))
    for await (const page of zendesk.organizations()) {
      for (const organization of page.map(raw => fromZendesk.parse(raw))) {
        const key = organizationKey(organization)
        if (isPartnerType(organization.account_type) || (key !== null && partners.has(key)))
          write(organization)
      }
    }
  },
})
