import { z } from 'zod'
import type { Doubt } from '../../domain/index.ts'
import { PROGRAM, printable } from '../../runtime/text/index.ts'

/** Why something is held back, for programs. */
export const holdReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unknown_charge'), charge_names: z.array(z.string()) }),
  z.object({ kind: z.literal('loose_charge'), charge_names: z.array(z.string()) }),
  z.object({ kind: z.literal('vanished') }),
  z.object({ kind: z.literal('keys_disagree') }),
])
export type HoldReason = z.infer<typeof holdReasonSchema>

/** The reason of a held record, with the names of the account's doubt where there is one. */
export function reasonFor(kind: HoldReason['kind'], charge_names: readonly string[]): HoldReason {
  return kind === 'unknown_charge' || kind === 'loose_charge'
    ? { kind, charge_names: [...charge_names] }
    : { kind }
}

/** The reason of an account's doubt. */
export function reasonIn({ reason, charge_names }: Pick<Doubt, 'reason' | 'charge_names'>): HoldReason {
  return reasonFor(reason, charge_names)
}

/** As many as a person takes in at once. */
const NAMES_SHOWN = 5

/** A reason in one sentence. */
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
      return 'Zendesk holds an entitlement that is not over, and Salesforce shows no charge for it.'
    case 'keys_disagree':
      return "The organization's salesforce_id is no Salesforce id, and its sfdc_short_id is an account's."
  }
}

const OVERRIDE =
  'Or give the account an override with an expiration_date, where plans.yml lists one of its charges: then you have decided, and the doubt ends.'

/** What a person can do about it, the best first. */
export function remediesOf(reason: HoldReason): string[] {
  switch (reason.kind) {
    case 'unknown_charge':
      return [
        `Add the name to packages/processor/data/plans.yml, under its section or under no_support: ${PROGRAM} unmapped prints the lines.`,
        OVERRIDE,
      ]
    case 'loose_charge':
      return ["Correct the charge's subscription in Salesforce.", OVERRIDE]
    case 'vanished':
      return [
        'The query reads only rows that have an end date and are not cancelled. It does not see evergreen charges, nor cancelled ones that are paid for. Look for these in Salesforce, and correct the subscription there.',
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
  vanished: 'an entitlement that is not over has lost its charges',
  keys_disagree: "the organization's two Salesforce ids disagree",
}

/** A reason in a few words, where the names are not at hand. */
export function reasonTitle(kind: HoldReason['kind']): string {
  return TITLES[kind]
}
