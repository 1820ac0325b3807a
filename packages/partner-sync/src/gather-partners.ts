import {
  type Attribute,
  matchKey,
  PARTNER_COLUMNS,
  partnerFromSalesforce,
  partnerValues,
  type SyncObject,
  selectList,
  type UnfamiliarValues,
} from '@support-sync/shared/domain'
import { badInput, type ExpectedError } from '@support-sync/shared/runtime/errors'
import { readRows, type Salesforce } from '@support-sync/shared/services/salesforce'

/** The partners query. `allianceId` must be a Salesforce id, so it needs no escaping. */
export function partnersQuery(allianceId: string): string {
  return `SELECT ${selectList(PARTNER_COLUMNS)}, Type, Partners_Partner_Status__c
    FROM Account WHERE Account_ID_18__c = '${allianceId}' OR ( Type = 'Partner'
    AND Partners_Partner_Status__c IN ('Authorized') AND Partner_Track__c IN ('Open', 'Select') )`.replace(
    /\s+/g,
    ' ',
  )
}

/**
 * Yields the object of each partner. `unfamiliar` collects unfamiliar spellings of values. Throws an `ExpectedError` if
 * the answer is incomplete or cannot be understood, or if the alliance partner's account is missing, because the sync
 * would then mark its organization.
 */
export async function* gatherPartners(
  salesforce: Salesforce,
  allianceId: string,
  attributes: readonly Attribute[],
  unfamiliar: UnfamiliarValues,
): AsyncGenerator<SyncObject> {
  const fromSalesforce = partnerFromSalesforce(allianceId)
  const allianceKey = matchKey(allianceId)
  let hasAlliance = false
  for await (const page of salesforce.query(partnersQuery(allianceId))) {
    for (const row of page) unfamiliar.add(row)
    for (const partner of readRows(page, fromSalesforce, 'Account')) {
      hasAlliance ||= matchKey(partner.salesforce_id) === allianceKey
      yield partnerValues(partner, attributes)
    }
  }
  if (!hasAlliance) throw allianceNotFound(allianceId)
}

function allianceNotFound(allianceId: string): ExpectedError {
  return badInput('ALLIANCE_NOT_FOUND', {
    message: `account ${allianceId} is missing in Salesforce or hidden from the integration user`,
    next: "Set ALLIANCE_ACCOUNT_ID to the alliance partner's salesforce_id, and check that the integration user can read that account.",
  })
}
