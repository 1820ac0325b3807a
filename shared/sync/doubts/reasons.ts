import { z } from 'zod'
import type { Doubt } from '../../domain/index.ts'
import { PROGRAM, printable } from '../../runtime/text/index.ts'

/** Why something is held back, as data. */
export const holdReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unknown_charge'), charge_names: z.array(z.string()) }),
  z.object({ kind: z.literal('loose_charge'), charge_names: z.array(z.string()) }),
  z.object({ kind: z.literal('vanished') }),
  z.object({ kind: z.literal('keys_disagree') }),
])
export type HoldReason = z.infer<typeof holdReasonSchema>

/** The reason for a held-back record, with the charge names of the account's doubt. */
export function reasonFor(kind: HoldReason['kind'], charge_names: readonly string[]): HoldReason {
  return kind === 'unknown_charge' || kind === 'loose_charge'
    ? { kind, charge_names: [...charge_names] }
    : { kind }
}

/** The reason for an account's doubt. */
export function reasonIn({ reason, charge_names }: Pick<Doubt, 'reason' | 'charge_names'>): HoldReason {
  return reasonFor(reason, charge_names)
}

/** The number of charge names to show. */
const NAMES_SHOWN = 5

/** A reason as a sentence. */
export function reasonText(reason: HoldReason): string {
  switch (reason.kind) {
    case 'unknown_charge':
      return named(reason.charge_names, 'is not in plans.yml', 'are not in plans.yml')
    case 'loose_charge':
      return named(
        reason.charge_names,
        "belongs to none of the account's subscriptions",
        "belong to none of the account's subscriptions",
      )
    case 'vanished':
      return 'Zendesk has an entitlement that has not ended, but Salesforce has no charge for it.'
    case 'keys_disagree':
      return "The organization's salesforce_id is not a Salesforce id, but its sfdc_short_id is that of an account."
  }
}

const OVERRIDE =
  "Or add an override with an expiration_date, if plans.yml lists one of the account's charges: that decision ends the doubt."

/** What you can do about a reason, best first. */
export function remediesOf(reason: HoldReason): string[] {
  switch (reason.kind) {
    case 'unknown_charge':
      return [
        `Add the name to packages/processor/data/plans.yml, under its section or no_support: ${PROGRAM} unmapped prints the lines.`,
        OVERRIDE,
      ]
    case 'loose_charge':
      return ["Correct the charge's subscription in Salesforce.", OVERRIDE]
    case 'vanished':
      return [
        'The query reads only rows that have an end date and are not cancelled. It omits evergreen charges and cancelled ones that are paid for. Look for these in Salesforce, and correct the subscription there.',
        OVERRIDE,
      ]
    case 'keys_disagree':
      return ["Correct the organization's salesforce_id in Zendesk, or list it in protected_ids.yml."]
  }
}

function named(names: readonly string[], isOne: string, areSeveral: string): string {
  const quoted = names.slice(0, NAMES_SHOWN).map(name => `'${printable(name)}'`)
  const more = names.length - quoted.length
  const parts = more > 0 ? [...quoted, `${more} more`] : quoted
  const last = parts.at(-1) ?? 'a charge without a name'
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last
  return `${list} ${parts.length > 1 ? areSeveral : isOne}.`
}

const TITLES: Readonly<Record<HoldReason['kind'], string>> = {
  unknown_charge: 'a charge name is not in plans.yml',
  loose_charge: "a charge belongs to none of the account's subscriptions",
  vanished: 'an entitlement that has not ended has lost its charges',
  keys_disagree: "the organization's two Salesforce ids differ",
}

/** A short form of a reason, without charge names. */
export function reasonTitle(kind: HoldReason['kind']): string {
  return TITLES[kind]
}
