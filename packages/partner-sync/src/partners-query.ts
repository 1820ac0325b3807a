/** The partners query. `allianceId` has been checked to be a Salesforce id, so it needs no escaping. */
export function partnersQuery(fields: string, allianceId: string): string {
  return `SELECT ${fields}, Type, Partners_Partner_Status__c
    FROM Account WHERE Account_ID_18__c = '${allianceId}' OR ( Type = 'Partner'
    AND Partners_Partner_Status__c IN ('Authorized') AND Partner_Track__c IN ('Open', 'Select') )`.replace(
    /\s+/g,
    ' ',
  )
}
