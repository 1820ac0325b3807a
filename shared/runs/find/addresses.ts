import { byInstance, type Instance } from '../../domain/index.ts'
import { STAGES } from '../../pipeline/index.ts'
import { gatheredFrom, gathererOf, readStamps, type Stamp } from '../../runtime/records/index.ts'
import type { Run } from './locate.ts'
import { dataDirOf } from './locate.ts'

/** The addresses of the services that a run read, from its stamps. Null if no stamp has one. */
export type Addresses = {
  /** The login address. If it is a My Domain, it also serves the records' pages. */
  salesforce: string | null
  zendesk: Readonly<Record<Instance, string | null>>
}

/** The addresses that a run's artifacts were read from. */
export function addressesOf(run: Pick<Run, 'dir'>): Addresses {
  const found = new Map<Instance | 'salesforce', string>()
  for (const { stage } of STAGES) {
    for (const stamp of Object.values(readStamps(dataDirOf(run, stage)))) {
      const place = placeOf(stamp)
      if (place !== undefined && isWebAddress(stamp.instance)) found.set(place, stamp.instance)
    }
  }
  return {
    salesforce: found.get('salesforce') ?? null,
    zendesk: byInstance(instance => found.get(instance) ?? null),
  }
}

/** The ids of the runs that gathered a run's records. */
export function gatheredBy(run: Pick<Run, 'dir'>): string[] {
  const stamps = STAGES.flatMap(({ stage }) => Object.values(readStamps(dataDirOf(run, stage))))
  return [...new Set(stamps.map(({ run_id }) => run_id))].sort()
}

function placeOf(stamp: Stamp): Instance | 'salesforce' | undefined {
  const bin = gathererOf(stamp)
  return bin && gatheredFrom(bin)
}

/** A stamp's address can be `unknown`. */
function isWebAddress(address: string): boolean {
  const protocol = URL.parse(address)?.protocol
  return protocol === 'https:' || protocol === 'http:'
}

/** The page of an account in Salesforce. */
export function accountLink({ salesforce }: Addresses, salesforceId: string): string | null {
  return salesforce && `${salesforce}/${encodeURIComponent(salesforceId)}`
}

/** The prefix of the pages of an instance's organizations. Append the id. */
export function organizationsLink({ zendesk }: Addresses, instance: Instance): string | null {
  const address = zendesk[instance]
  return address && `${address}/agent/organizations/`
}

/** The prefix of the pages of an instance's users. Append the id. */
export function usersLink({ zendesk }: Addresses, instance: Instance): string | null {
  const address = zendesk[instance]
  return address && `${address}/agent/users/`
}
