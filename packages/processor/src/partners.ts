import {
  attributesOf,
  INSTANCE_ARTIFACTS,
  isPartnerType,
  matchKey,
  organizationSchema,
  PARTNERS_INSTANCE,
  type PartnerType,
  strongerPartner,
} from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'

/** The partner type of the organizations that are partners', by match key. */
export async function readPartners(context: BinContext<unknown>): Promise<ReadonlyMap<string, PartnerType>> {
  const { gathered } = INSTANCE_ARTIFACTS[PARTNERS_INSTANCE]
  const partners = new Map<string, PartnerType>()
  const schema = organizationSchema(attributesOf(PARTNERS_INSTANCE))
  for await (const { salesforce_id, account_type } of context.read(gathered, schema, 'needed')) {
    if (salesforce_id === null || !isPartnerType(account_type)) continue
    const key = matchKey(salesforce_id.trim())
    partners.set(key, strongerPartner(partners.get(key), account_type))
  }
  return partners
}
