import { z } from 'zod'
import { daySchema } from './calendar.ts'
import {
  type Column,
  checkboxColumn,
  decidingColumn,
  numberColumn,
  picklistColumn,
  type RowOf,
  readerOf,
  requiredColumn,
  schemaOf,
  textColumn,
  trimmed,
} from './columns.ts'

const REGIONS = ['AMER', 'APJ', 'EMEA'] as const
const regionSchema = z.enum(REGIONS).nullable()

/** The attributes of both customers and partners: attribute → its Salesforce field. */
export const COMMON_COLUMNS = {
  salesforce_id: requiredColumn('Account_ID_18__c'),
  name: requiredColumn('Name'),
  account_owner: textColumn('Account_Owner_Calc__c'),
  technical_account_manager: textColumn('Technical_Account_Manager_Name__c'),
  restricted: decidingColumn('Restricted_Account__c', 'Restricted Party'),
  solutions_architect: textColumn('Solutions_Architect_Lookup__r.Name'),
  support_hold: checkboxColumn('Support_Hold__c'),
  escalated: picklistColumn('Account_Risk_Level__c', 'At Risk - Escalated'),
}

/** An account's attributes, in the artifact's order. */
export const ACCOUNT_COLUMNS = {
  salesforce_id: COMMON_COLUMNS.salesforce_id,
  name: COMMON_COLUMNS.name,
  arr: numberColumn('CARR_This_Account__c', 'two decimals'),
  type: textColumn('Type'),
  sales_segment: segmentColumn('Ultimate_Parent_Sales_Segment_Employees__c'),
  account_owner: COMMON_COLUMNS.account_owner,
  technical_account_manager: COMMON_COLUMNS.technical_account_manager,
  restricted: COMMON_COLUMNS.restricted,
  solutions_architect: COMMON_COLUMNS.solutions_architect,
  region: regionColumn('Account_Demographics_Geo__c', 'Account_Demographics_Region__c'),
  sold_to_name: textColumn('Latest_Sold_To_Contact__r.Name'),
  sold_to_email: textColumn('Latest_Sold_To_Contact__r.Email'),
  partner_track: textColumn('Partner_Track__c'),
  partner_type: textColumn('Partners_Partner_Type__c'),
  support_hold: COMMON_COLUMNS.support_hold,
  escalated: COMMON_COLUMNS.escalated,
  exception: decidingColumn('Support_Instance__c', 'federal-support'),
}

export const SUBSCRIPTION_COLUMNS = {
  id: requiredColumn('Id'),
  name: textColumn('Name'),
  subscription_id: textColumn('Subscription_ID_18__c'),
  status: textColumn('Zuora__Status__c'),
  start_date: dayColumn('Zuora__SubscriptionStartDate__c'),
  end_date: dayColumn('Zuora__SubscriptionEndDate__c'),
  sold_to_email: textColumn('Sold_To_Email__c'),
}

export const CHARGE_COLUMNS = {
  id: requiredColumn('Id'),
  name: textColumn('Name'),
  charge_name: textColumn('Zuora__SubscriptionRatePlanChargeName__c'),
  subscription_id: textColumn('Zuora__Subscription__c'),
  start_date: requiredDayColumn('Zuora__EffectiveStartDate__c'),
  end_date: requiredDayColumn('Zuora__EffectiveEndDate__c'),
  quantity: numberColumn('Zuora__Quantity__c', 'unrounded'),
}

const subscriptionSchema = schemaOf(SUBSCRIPTION_COLUMNS)
const chargeSchema = schemaOf(CHARGE_COLUMNS)

/** A record of salesforce_accounts.json. */
export const accountSchema = schemaOf(ACCOUNT_COLUMNS).extend({
  subs: z.array(subscriptionSchema),
  charges: z.array(chargeSchema),
})

/** A Salesforce account, with our attribute names. */
export type Account = RowOf<typeof ACCOUNT_COLUMNS> & { subs: Subscription[]; charges: Charge[] }
export type Subscription = RowOf<typeof SUBSCRIPTION_COLUMNS>
export type Charge = RowOf<typeof CHARGE_COLUMNS>
export type CommonAccount = RowOf<typeof COMMON_COLUMNS>

const childRows = <Row>(row: z.ZodType<Row, unknown>) =>
  z
    .array(row)
    .nullable()
    .transform(rows => rows ?? [])

// Built once: zod compiles a schema on its first use.
const accountRow = readerOf(ACCOUNT_COLUMNS)
const childSets = z.object({
  Zuora__Subscriptions__r: childRows(readerOf(SUBSCRIPTION_COLUMNS)),
  Zuora__R00N40000001lGjTEAU__r: childRows(readerOf(CHARGE_COLUMNS)),
})

/** Reads a raw row of the accounts query. Its two child sets must be complete: arrays, or null if empty. */
export const accountFromSalesforce = z.unknown().transform((row, context): Account => {
  const attributes = accountRow.safeParse(row)
  const children = childSets.safeParse(row)
  if (attributes.success && children.success) {
    return {
      ...attributes.data,
      subs: children.data.Zuora__Subscriptions__r,
      charges: children.data.Zuora__R00N40000001lGjTEAU__r,
    }
  }
  for (const issue of [...(attributes.error?.issues ?? []), ...(children.error?.issues ?? [])]) {
    context.addIssue({ code: 'custom', message: issue.message, path: issue.path })
  }
  return z.NEVER
})

function segmentColumn(field: string): Column<string> {
  const read = z
    .string()
    .nullable()
    .transform(value => value?.trim().toLowerCase() || 'unknown')
  return { fields: [field], read, schema: z.string() }
}

/** Reads the first field that names one of the three support regions. Null if there is none. */
function regionColumn(...fields: string[]): Column<z.infer<typeof regionSchema>> {
  const read = z
    .array(z.string().nullable())
    .transform(values => values.map(regionIn).find(region => region !== undefined) ?? null)
  return { fields, read, schema: regionSchema }
}

function regionIn(value: string | null) {
  return REGIONS.find(region => value !== null && region === trimmed(value))
}

function dayColumn(field: string) {
  const schema = daySchema.nullable()
  return { fields: [field], read: schema, schema } satisfies Column
}

function requiredDayColumn(field: string) {
  return { fields: [field], read: daySchema, schema: daySchema } satisfies Column
}
