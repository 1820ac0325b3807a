import { COMMON_COLUMNS, type CommonAccount } from './account.ts'
import { readerOf, textColumn, trimmed } from './columns.ts'
import { type Keyed, type MatchKey, matchKey, organizationKey } from './salesforce-id.ts'

export const PARTNER_TYPES = ['alliance_partner', 'open_partner', 'select_partner'] as const
export type PartnerType = (typeof PARTNER_TYPES)[number]

/** Whether an account_type is a partner's. */
export function isPartnerType(value: unknown): value is PartnerType {
  return PARTNER_TYPES.some(type => type === value)
}

/** A partner's account. `account_type` is null if it is none of the three partner types. */
export type PartnerAccount = CommonAccount & { account_type: PartnerType | null }

/** A partner's attributes in Salesforce. */
export const PARTNER_COLUMNS = { ...COMMON_COLUMNS, partner_track: textColumn('Partner_Track__c') }

const TYPE_BY_TRACK: ReadonlyMap<string, PartnerType> = new Map([
  ['Open', 'open_partner'],
  ['Select', 'select_partner'],
])

/** Reads a raw partner account. The account with `allianceId` is the alliance partner. */
export function partnerFromSalesforce(allianceId: string) {
  const allianceKey = matchKey(allianceId)
  return readerOf(PARTNER_COLUMNS).transform(({ partner_track, ...partner }) => ({
    ...partner,
    account_type:
      matchKey(partner.salesforce_id) === allianceKey
        ? ('alliance_partner' as const)
        : (TYPE_BY_TRACK.get(trimmed(partner_track ?? '')) ?? null),
  }))
}

/** Partner types by match key, for the accounts whose organization is a partner's. */
export type PartnerTypes = ReadonlyMap<MatchKey, PartnerType>

/**
 * Collects the partner types of the accounts from their organizations. If an account has several organizations,
 * `alliance_partner` takes precedence.
 */
export function collectPartnerTypes() {
  const types = new Map<MatchKey, PartnerType>()
  return {
    add(organization: Keyed & { account_type?: unknown }): void {
      const { account_type } = organization
      // Most organizations are not a partner's.
      if (!isPartnerType(account_type)) return
      const key = organizationKey(organization)
      if (key !== null && types.get(key) !== 'alliance_partner') types.set(key, account_type)
    },
    finish: (): PartnerTypes => types,
  }
}
