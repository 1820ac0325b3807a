import {
  attributesOf,
  collectPartnerTypes,
  INSTANCE_ARTIFACTS,
  organizationSchema,
  PARTNERS_INSTANCE,
  type PartnerTypes,
} from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'

/** The partner types of the accounts, from the gathered organizations of the instance that the partners are on. */
export async function readPartnerTypes(context: BinContext<unknown>): Promise<PartnerTypes> {
  const { gathered } = INSTANCE_ARTIFACTS[PARTNERS_INSTANCE]
  const partnerTypes = collectPartnerTypes()
  const schema = organizationSchema(attributesOf(PARTNERS_INSTANCE))
  for await (const organizations of context.read(gathered, schema, 'needed'))
    for (const organization of organizations) partnerTypes.take(organization)
  return partnerTypes.result()
}
