import { z } from 'zod'
import {
  accountSchema,
  attributeValueSchema,
  byInstance,
  changeSchema,
  heldSchema,
  INSTANCES,
  resultSchema,
} from '../../domain/index.ts'
import { PLANNED_SYNCS } from '../../pipeline/index.ts'
import { holdReasonSchema } from '../../sync/doubts/index.ts'
import {
  noteSchema,
  placeReasonSchema,
  planReasonSchema,
  valueReasonSchema,
  withoutReasonSchema,
} from './reason.ts'

/** The model of an explanation, for terminal and JSON. Reasons are data; reason-text.ts has their sentences. */

const changesSchema = z.record(z.string(), changeSchema)

const chargeSchema = z.object({
  charge_name: z.string(),
  /** Null if plans.yml does not list the name. */
  section: z.string().nullable(),
  end_date: z.string(),
  quantity: z.number(),
  state: z.enum(['active', 'in grace', 'extended', 'ended']),
  /** The last date on which it counts as active. */
  active_until: z.string(),
})
export type ExplainedCharge = z.infer<typeof chargeSchema>

const subscriptionSchema = z.object({
  name: z.string().nullable(),
  status: z.string().nullable(),
  start_date: z.string().nullable(),
  end_date: z.string().nullable(),
  instance: z.enum(INSTANCES).nullable(),
  because: placeReasonSchema,
  charges: z.array(chargeSchema),
})

const overrideSchema = z.object({
  entry: z.record(z.string(), z.unknown()),
  /** What it changes in each instance's object, compared with the charges alone. */
  changes: z.object(byInstance(() => changesSchema)),
  notes: z.array(noteSchema),
})

const levelSchema = z.object({
  winner: z.string(),
  because: valueReasonSchema,
  candidates: z.array(z.object({ level: z.string(), because: valueReasonSchema })),
})

const attributeSchema = z.object({
  key: z.string(),
  /** Null if the value is empty, or there is no organization or no usable field. */
  held: attributeValueSchema,
  should_be: attributeValueSchema,
  differs: z.boolean(),
  because: valueReasonSchema,
})
export type ExplainedAttribute = z.infer<typeof attributeSchema>

const organizationSchema = z.object({
  id: z.int(),
  name: z.string(),
  salesforce_id: z.string().nullable(),
  account_type: z.string().nullable(),
  support_level: z.string().nullable(),
  marked: z.boolean(),
  /** Whether the sync compares this one. Of several with the same salesforce_id, it compares the lowest id. */
  matched: z.boolean(),
})

/** One sync's part: the object, what Zendesk has, what the sync will write, and what it wrote. */
export const explainedSyncSchema = z.object({
  stage: z.enum(PLANNED_SYNCS),
  title: z.string(),
  /** Why there is no object. Null if there is one. */
  without: withoutReasonSchema.nullable(),
  level: levelSchema.nullable(),
  attributes: z.array(attributeSchema),
  /** The users to associate with a new organization. */
  sold_tos: z.array(z.string()),
  organizations: z.array(organizationSchema),
  plan: z.object({
    action: z.enum(['create', 'update', 'mark', 'none']),
    /** From the compare's artifacts, or computed. */
    from: z.enum(['artifacts', 'computed']),
    because: planReasonSchema,
    changes: changesSchema,
  }),
  /** What the sync holds back while the account is in doubt. `changes` is null for a mark. */
  held: heldSchema.pick({ withheld: true, reason: true, changes: true }).nullable(),
  results: z.array(resultSchema),
})
export type ExplainedSync = z.infer<typeof explainedSyncSchema>

const runSchema = z.object({
  name: z.string(),
  today: z.string(),
  /** Where the date and the rules come from. */
  inputs: z.array(z.string()),
})

/** The explanation of an account, or of an organization without one. */
const accountExplanationSchema = z.object({
  subject: z.literal('account'),
  run: runSchema,
  name: z.string(),
  salesforce_id: z.string().nullable(),
  /** The values in Salesforce. Null if Salesforce has no such customer. */
  account: accountSchema.nullable(),
  /** The account_type of an authorized partner. Null if Salesforce has no partner with this id. */
  partner: z.string().nullable(),
  /** Why the sync takes nothing away from it. Null if it is not in doubt. */
  doubt: z
    .object({
      reason: holdReasonSchema,
      instances: z.array(z.enum(INSTANCES)),
      /**
       * The start of the first run in which it was in doubt or something was held back; null if the run record does not
       * have it.
       */
      since: z.string().nullable(),
    })
    .nullable(),
  subscriptions: z.array(subscriptionSchema),
  override: overrideSchema.nullable(),
  syncs: z.array(explainedSyncSchema),
  notes: z.array(noteSchema),
  next: z.array(z.string()),
})
export type AccountExplanation = z.infer<typeof accountExplanationSchema>

/** The explanation of a US Government user. */
const userExplanationSchema = z.object({
  subject: z.literal('user'),
  run: runSchema,
  user: z.object({
    id: z.int(),
    name: z.string(),
    email: z.string().nullable(),
    role: z.string(),
    organization_id: z.int().nullable(),
    marked: z.boolean(),
  }),
  organization: z.object({ id: z.int(), name: z.string(), salesforce_id: z.string().nullable() }).nullable(),
  /** The contact with that email address. Null if Salesforce has none. */
  contact: z.object({ name: z.string(), organization_id: z.int() }).nullable(),
  plan: z.object({
    action: z.enum(['update', 'mark', 'none']),
    because: planReasonSchema,
    changes: changesSchema,
  }),
  results: z.array(resultSchema),
  next: z.array(z.string()),
})
export type UserExplanation = z.infer<typeof userExplanationSchema>

export const explanationSchema = z.discriminatedUnion('subject', [
  accountExplanationSchema,
  userExplanationSchema,
])
export type Explanation = z.infer<typeof explanationSchema>
