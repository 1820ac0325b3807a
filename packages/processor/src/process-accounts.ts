import {
  type Account,
  accountSchema,
  byInstance,
  collectUnmapped,
  decideAccount,
  INSTANCE_ARTIFACTS,
  INSTANCES,
  instanceObjectSchema,
  matchKey,
  type Overrides,
  type Plans,
  unmappedChargeSchema,
} from '@support-sync/shared/domain'
import { Trouble } from '@support-sync/shared/errors'
import type { BinContext } from '@support-sync/shared/stage'
import { readPartnerTypes } from './partner-types.ts'

/**
 * Accounts in, each instance's objects out, an account at a time: each is decided by itself, whatever else is in
 * the file. Throws a `Trouble` when two accounts have one salesforce_id.
 */
export async function processAccounts(
  context: BinContext<unknown>,
  { plans, overrides }: { plans: Plans; overrides: Overrides },
): Promise<void> {
  const { calendar } = context
  const partners_by_sfdc_id = await readPartnerTypes(context)
  const unmapped = collectUnmapped(plans, calendar)
  const seen = new Set<string>()
  const withObject = new Set<string>()
  const backFromPartner: string[] = []
  const levelsWithoutEffect: string[] = []
  const write = byInstance(instance =>
    context.write(INSTANCE_ARTIFACTS[instance].objects, instanceObjectSchema(instance)),
  )

  for await (const accounts of context.read('salesforce_accounts.json', accountSchema, 'needed')) {
    for (const account of accounts) {
      const key = matchKey(account.salesforce_id)
      if (seen.has(key)) throw listedTwice(account)
      seen.add(key)
      unmapped.take(account)
      if (account.subs.length === 0) continue

      const partnerType = partners_by_sfdc_id.get(key)
      if (partnerType !== undefined && partnerType !== 'alliance_partner')
        backFromPartner.push(account.salesforce_id)
      const { verdicts } = decideAccount(account, overrides.get(key), partnerType, plans, calendar)
      for (const instance of INSTANCES) {
        const { object, decision } = verdicts[instance]
        if (object === null) continue
        withObject.add(key)
        if (decision.levelWithoutEffect !== undefined) levelsWithoutEffect.push(account.salesforce_id)
        write[instance](object)
      }
    }
  }

  const writeUnmapped = context.write('unmapped_charges.json', unmappedChargeSchema)
  const unmappedCharges = unmapped.result()
  for (const charge of unmappedCharges) writeUnmapped(charge)

  const warnings = [
    [
      'UNMAPPED_CHARGES',
      'Active charges stand in no section of plans.yml',
      unmappedCharges.map(({ charge_name }) => charge_name),
    ],
    ['PARTNER_IS_CUSTOMER', "A partner's organization belongs to a customer account again", backFromPartner],
    ['OVERRIDE_LEVEL_WITHOUT_EFFECT', "An override's support_level is below the winner", levelsWithoutEffect],
    ...overrideWarnings(overrides, seen, withObject),
  ] as const
  for (const [code, message, keys] of warnings)
    if (keys.length > 0) context.warn(code, message, [...new Set(keys)])
}

/** Overrides that changed nothing: nobody should go on believing in them. */
function overrideWarnings(
  overrides: Overrides,
  accounts: ReadonlySet<string>,
  withObject: ReadonlySet<string>,
) {
  const listed = [...overrides].map(([key, override]) => ({ key, id: override.salesforce_id }))
  const unknown = listed.filter(({ key }) => !accounts.has(key)).map(({ id }) => id)
  const unused = listed.filter(({ key }) => accounts.has(key) && !withObject.has(key)).map(({ id }) => id)
  return [
    ['OVERRIDE_UNKNOWN_ACCOUNT', 'An override names an account that Salesforce did not give', unknown],
    ['OVERRIDE_WITHOUT_OBJECT', 'An override names an account that was skipped or has no object', unused],
  ] as const
}

function listedTwice({ salesforce_id }: Account): Trouble {
  return new Trouble(
    'bad-input',
    'ACCOUNT_TWICE',
    `salesforce_accounts.json: two accounts have the salesforce_id ${salesforce_id}`,
    'Run the accounts stage again; each account must stand there once.',
  )
}
