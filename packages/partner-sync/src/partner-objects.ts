import { type Attribute, partnerSchema, partnerValues, type SyncObject } from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'

/** What the partners' organizations should be. */
export async function* readPartnerObjects(
  context: BinContext<unknown>,
  attributes: readonly Attribute[],
): AsyncGenerator<SyncObject> {
  for await (const partner of context.read('salesforce_accounts.json', partnerSchema, 'needed')) {
    yield partnerValues(partner, attributes)
  }
}
