import {
  type Account,
  attributesOf,
  chargesOf,
  differences,
  type Instance,
  type PartnerType,
  planName,
  type SyncObject,
  unmappedNames,
} from '../../domain/index.ts'
import type { Note } from './reason.ts'
import type { Rules } from './rules.ts'

/** What is unusual about an account, apart from its subscriptions. */
export function accountNotes(
  account: Account,
  partnerType: PartnerType | undefined,
  { plans, calendar }: Rules,
): Note[] {
  const own = account.subs.flatMap(subscription => chargesOf(account, subscription))
  const loose = account.charges.filter(charge => !own.includes(charge))
  const names = unmappedNames(account, { plans, calendar })
  return [
    ...(names.length > 0 ? [{ kind: 'unmapped_charges' as const, charge_names: names }] : []),
    ...(loose.length > 0 ? [{ kind: 'loose_charges' as const, charge_names: loose.map(planName) }] : []),
    ...(partnerType === undefined
      ? []
      : [{ kind: 'partner_is_customer' as const, account_type: partnerType }]),
  ]
}

/** Notes a difference from what the run decided. Rules or records may have changed since. */
export function objectNotes(
  written: SyncObject | null | undefined,
  object: SyncObject | null,
  instance: Instance,
): Note[] {
  if (written === undefined) return []
  const changes = differences(attributesOf(instance), written ?? {}, object ?? {})
  return changes === null ? [] : [{ kind: 'decided_otherwise', instance, changes }]
}
