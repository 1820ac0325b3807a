import { COMMON_COLUMNS } from './account.ts'
import type { PartnerType } from './attributes.ts'
import { readerOf, textColumn } from './columns.ts'
import { matchKey } from './salesforce-id.ts'

/** A partner's attributes out of Salesforce. */
export const PARTNER_COLUMNS = { ...COMMON_COLUMNS, partner_track: textColumn('Partner_Track__c') }

const TYPE_BY_TRACK: ReadonlyMap<string | null, PartnerType> = new Map([
  ['Open', 'open_partner'],
  ['Select', 'select_partner'],
])

/** Reads a raw partner account; the configured alliance account is the alliance partner. */
export function partnerFromSalesforce(allianceId: string) {
  return readerOf(PARTNER_COLUMNS).transform(({ partner_track, ...partner }) => ({
    ...partner,
    account_type:
      matchKey(partner.salesforce_id) === matchKey(allianceId)
        ? ('alliance_partner' as const)
        : (TYPE_BY_TRACK.get(partner_track) ?? null),
  }))
}

/**
 * The partner type that stands for the organizations of one salesforce_id: an alliance partner's before any other,
 * for that account is partner-sync's.
 */
export function strongerPartner(known: PartnerType | undefined, found: PartnerType): PartnerType {
  return known === 'alliance_partner' ? known : found
}
