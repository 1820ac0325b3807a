import { attributesOf, type Instance } from '../../../domain/index.ts'

/** An organization as a gather writes it: the given attributes, all others empty. */
export function gatheredOrganization(
  instance: Instance,
  id: number,
  given: Record<string, unknown> = {},
): Record<string, unknown> {
  return { id, ...emptyAttributes(instance), name: `Organization ${id}`, ...given }
}

/** An object as the processor writes it. */
export function objectOf(instance: Instance, given: Record<string, unknown>): Record<string, unknown> {
  return { ...emptyAttributes(instance), ...(instance === 'global' ? { sold_tos: [] } : {}), ...given }
}

/** An account with one active subscription with these charge names. */
export function account(
  salesforce_id: string,
  given: Record<string, unknown> = {},
  chargeNames: readonly string[] = ['Ultimate - 1 Year'],
): Record<string, unknown> {
  const days = { start_date: '2026-01-01', end_date: '2027-01-01' }
  return {
    salesforce_id,
    name: `Account ${salesforce_id}`,
    arr: 1000,
    type: 'Customer',
    sales_segment: 'large',
    account_owner: null,
    technical_account_manager: null,
    restricted: false,
    solutions_architect: null,
    region: null,
    sold_to_name: null,
    sold_to_email: null,
    partner_track: null,
    partner_type: null,
    support_hold: false,
    escalated: false,
    exception: false,
    subs: [{ id: 'S1', name: 'S-1', subscription_id: 'S1', status: 'Active', sold_to_email: null, ...days }],
    charges: chargeNames.map((charge_name, index) => ({
      id: `C${index}`,
      name: `C-${index}`,
      charge_name,
      subscription_id: 'S1',
      quantity: 10,
      ...days,
    })),
    ...given,
  }
}

/** Only what every object has. */
function emptyAttributes(instance: Instance): Record<string, unknown> {
  const empty = attributesOf(instance).map(({ key, kind }) => [key, kind.name === 'checkbox' ? false : null])
  return { ...Object.fromEntries(empty), support_level: 'custom', expiration_date: '2027-01-01' }
}
