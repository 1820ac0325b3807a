import type { Day } from '@support-sync/shared/domain'
import { allianceSettings, readSettings, salesforceSettings } from '@support-sync/shared/runtime/settings'
import type { HttpContext } from '@support-sync/shared/services/http'
import {
  connectSalesforce,
  type Salesforce,
  type SalesforceSetUp,
} from '@support-sync/shared/services/salesforce'
import { areaFindings, type Finding } from './findings.ts'
import { type ObjectFields, seenFields } from './missing-fields.ts'
import { salesforceQueries } from './queries.ts'

const { ok, warning, failed, of } = areaFindings('Salesforce')

/** A warning below this share: a run needs requests, and other programs share the limit. */
const MIN_LEFT_PERCENT = 20

type Connected = Salesforce & SalesforceSetUp

/** Logs in, and checks that the integration user sees every queried field and the alliance account. */
export async function checkSalesforce(
  environment: NodeJS.ProcessEnv,
  today: Day,
  context: HttpContext,
): Promise<readonly Finding[]> {
  const alliance = await of('alliance account', async () => {
    readSettings({ id: allianceSettings }, environment)
    return []
  })
  const rest = await of('login', async () => {
    const { credentials } = readSettings({ credentials: salesforceSettings }, environment)
    const salesforce = await connectSalesforce(credentials, context)
    const way = 'clientSecret' in credentials ? 'client credentials' : 'JWT bearer'
    return [
      ok('login', `${way} at ${new URL(credentials.loginUrl).host}`),
      ...(await of('fields', () => checkFields(salesforce, today))),
      ...(alliance.length > 0 ? [] : await checkAlliance(salesforce, environment)),
      ...checkRequests(salesforce),
    ]
  })
  return [...rest, ...alliance]
}

async function checkFields({ describe }: Connected, today: Day): Promise<readonly Finding[]> {
  const known = new Map<string, ReturnType<typeof describe>>()
  const objects = await seenFields(salesforceQueries(today), object => {
    const description = known.get(object) ?? describe(object)
    known.set(object, description)
    return description
  })
  return [...objects].flatMap(([object, fields]) => fieldFindings(object, fields))
}

function fieldFindings(object: string, { seen, missing }: ObjectFields): Finding[] {
  if (missing.length === 0) {
    return [ok('fields', `${object}: ${seen} queried ${seen === 1 ? 'field' : 'fields'}, all visible`)]
  }
  return missing.map(field =>
    failed(
      'fields',
      `${object}: ${field} is missing or hidden from the integration user`,
      'Make it visible to the user in the field-level security of a profile or permission set. If it was renamed, change its name in shared/domain (account.ts, partner.ts or contact.ts).',
    ),
  )
}

async function checkAlliance(
  salesforce: Connected,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  return of('alliance account', async () => {
    const { id } = readSettings({ id: allianceSettings }, environment)
    const soql = `SELECT Account_ID_18__c FROM Account WHERE Account_ID_18__c = '${id}'`
    for await (const page of salesforce.query(soql)) {
      if (page.length > 0) return [ok('alliance account', `${id} is there`)]
    }
    return [
      failed(
        'alliance account',
        `${id} is missing or hidden from the integration user`,
        "Set ALLIANCE_ACCOUNT_ID to the 18-character id of the alliance partner's account.",
      ),
    ]
  })
}

function checkRequests({ requestLimit }: Connected): Finding[] {
  const requests = requestLimit()
  if (!requests) return []
  const left = requests.limit - requests.used
  const said = `${left} of ${requests.limit} requests left in 24 hours`
  if (left >= (requests.limit * MIN_LEFT_PERCENT) / 100) return [ok('API requests', said)]
  return [
    warning(
      'API requests',
      said,
      'Check in Setup, System Overview, what uses them. With none left, every run fails.',
    ),
  ]
}
