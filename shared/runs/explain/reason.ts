import { z } from 'zod'
import { attributeValueSchema, changeSchema, INSTANCES } from '../../domain/index.ts'

/** Reasons as data. reason-text.ts has their sentences. */

const charge = { charge_name: z.string(), section: z.string() }

function reason<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.object({ kind: z.literal(kind), ...shape })
}

/** Why a support level is a candidate. */
const candidateSchema = z.discriminatedUnion('kind', [
  reason('charge_gives_level', { ...charge, level: z.string(), end_date: z.string() }),
  /** The override's own support_level, or a checkbox that it sets. */
  reason('override_gives_level', { by: z.string() }),
])
export type CandidateReason = z.infer<typeof candidateSchema>

/** Why an attribute has its value. */
export const valueReasonSchema = z.discriminatedUnion('kind', [
  ...candidateSchema.options,
  reason('highest_candidate', { candidates: z.int(), highest: candidateSchema }),
  /** Checkboxes are set, but none of them gives a level. */
  reason('custom_level', { checkboxes: z.array(z.string()) }),
  reason('charges_ended', {
    ...charge,
    /** The level that the section gave, or null. */
    level: z.string().nullable(),
    end_date: z.string(),
    active_until: z.string(),
  }),
  reason('no_level', {}),
  reason('salesforce', { fields: z.array(z.string()) }),
  reason('partner_track', { fields: z.array(z.string()) }),
  reason('always_for_partner', {}),
  reason('entitled_is_not_marked', {}),
  reason('field_changed', {}),
  reason('support_expired', {}),
  reason('support_not_expired', {}),
  reason('zero_when_expired', {}),
  reason('override', { is_rounded: z.boolean() }),
  reason('override_date', { effect: z.enum(['expires', 'extends', 'replaces']) }),
  reason('override_expires', {}),
  reason('override_sets', {}),
  reason('override_unsets', {}),
  reason('ends_last', { ...charge, end_date: z.string() }),
  reason('most_seats', { ...charge, quantity: z.number(), is_rounded: z.boolean() }),
  reason('no_seats', {}),
  reason('charge_active', charge),
  reason('charge_ended', { ...charge, end_date: z.string() }),
  reason('no_charge', {}),
  reason('follows_from', { checkbox: z.string() }),
  reason('follows_from_unset', { checkbox: z.string() }),
])
export type ValueReason = z.infer<typeof valueReasonSchema>

/** Why there is no object. */
export const withoutReasonSchema = z.discriminatedUnion('kind', [
  reason('no_subscriptions', {}),
  reason('alliance_partner', {}),
  reason('no_subscription_of_instance', {}),
  reason('expired_long_ago', {}),
  reason('no_customer', {}),
  reason('no_partner', {}),
])
export type WithoutReason = z.infer<typeof withoutReasonSchema>

/** Why a subscription belongs to an instance, or to none. */
export const placeReasonSchema = z.discriminatedUnion('kind', [
  reason('no_known_charge', {}),
  reason('no_deciding_charge', {}),
  reason('unclaimed', { is_active: z.boolean() }),
  reason('claimed', { charge_name: z.string(), instance: z.enum(INSTANCES), is_exception: z.boolean() }),
])
export type PlaceReason = z.infer<typeof placeReasonSchema>

/** Why the sync writes something, or does not. */
export const planReasonSchema = z.discriminatedUnion('kind', [
  reason('in_sync', {}),
  reason('other_values', {}),
  reason('changes_held_back', {}),
  reason('mark_held_back', {}),
  reason('unmarked_in_doubt', {}),
  reason('no_organization', {}),
  reason('expired_without_organization', {}),
  reason('nothing_to_be', {}),
  reason('partner_organization', { account_type: attributeValueSchema }),
  reason('marked_already', {}),
  reason('unclaimed_organization', {}),
  reason('protected', {}),
  reason('user_not_synced', {}),
  reason('user_marked_already', {}),
  reason('user_without_contact', {}),
  reason('user_of_lower_id', {}),
  reason('contacts_unknown', {}),
])
export type PlanReason = z.infer<typeof planReasonSchema>

/** Something unusual about an account, an organization or an override. */
export const noteSchema = z.discriminatedUnion('kind', [
  reason('unmapped_charges', { charge_names: z.array(z.string()) }),
  reason('loose_charges', { charge_names: z.array(z.string()) }),
  reason('partner_is_customer', { account_type: z.string() }),
  reason('decided_otherwise', {
    instance: z.enum(INSTANCES),
    /** From the run's value to the value decided here. */
    changes: z.record(z.string(), changeSchema),
  }),
  reason('no_account', {}),
  reason('no_salesforce_id', {}),
  reason('level_without_effect', { level: z.string(), winner: z.string() }),
  reason('override_without_object', {}),
])
export type Note = z.infer<typeof noteSchema>
