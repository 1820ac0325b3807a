import {
  attributesOf,
  isPartnerType,
  matchKey,
  organizationSchema,
  type PartnerType,
  strongerPartner,
} from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'

/** The partner type of Global's organizations, by match key. */
export async function readPartners(context: BinContext<unknown>): Promise<ReadonlyMap<string, PartnerType>> {
  const partners = new Map<string, PartnerType>()
  const schema = organizationSchema(attributesOf('global'))
  for await (const { salesforce_id, account_type } of context.read('zendesk_global.json', schema, 'needed')) {
    if (salesforce_id === null || !isPartnerType(account_type)) continue
    const key = matchKey(salesforce_id.trim())
    partners.set(key, strongerPartner(partners.get(key), account_type))
  }
  return partners
}
