import type {
  ItemResult,
  OrganizationUpdate,
  ShownUser,
  UserUpdate,
  Zendesk,
  ZendeskOrganization,
} from '../../../services/zendesk/index.ts'
import type { ConnectedRun } from '../index.ts'
import { watchUpstream } from '../upstream.ts'

/** What a scripted Zendesk returns for an unwritten record. */
export type Shown = {
  organization?: (id: number) => Partial<ZendeskOrganization>
  user?: (id: number) => Partial<ShownUser['user']>
}

/**
 * A Zendesk of plain functions. A call that a test does not script fails. Reads return what the script has written, as
 * with the real Zendesk.
 */
export function scriptedZendesk(script: Partial<Zendesk>, shown: Shown = {}): Zendesk {
  const refuse = (name: string) => (): never => {
    throw new Error(`${name} was not expected`)
  }
  const organizations = new Map<number, ZendeskOrganization>()
  const users = new Map<number, ShownUser['user']>()
  const organizationOf = (id: number): ZendeskOrganization =>
    organizations.get(id) ?? {
      id,
      name: `Organization ${id}`,
      organization_fields: {},
      ...shown.organization?.(id),
    }
  const userOf = (id: number): ShownUser['user'] =>
    users.get(id) ?? {
      ...{ id, name: 'Ann', email: 'x@example.com', role: 'end-user', organization_id: 5, active: true },
      user_fields: { not_in_sfdc: false },
      ...shown.user?.(id),
    }
  const { createOrganization, updateOrganizations, createUser, updateUsers, ...others } = script
  return {
    fields: refuse('fields'),
    organizations: refuse('organizations'),
    users: refuse('users'),
    findOrganizationsByName: refuse('findOrganizationsByName'),
    async createOrganization(organization) {
      if (!createOrganization) return refuse('createOrganization')()
      const created = await createOrganization(organization)
      return created.outcome === 'created'
        ? { ...created, record: { id: created.id, ...organization } }
        : created
    },
    async updateOrganizations(items) {
      if (!updateOrganizations) return refuse('updateOrganizations')()
      const results = await updateOrganizations(items)
      for (const { id, name, organization_fields } of writtenOf(items, results)) {
        const held = organizationOf(id)
        organizations.set(id, {
          id,
          name: name ?? held.name,
          organization_fields: { ...held.organization_fields, ...organization_fields },
        })
      }
      return results
    },
    showOrganizations: async ids => ids.map(organizationOf),
    findUsersByEmail: refuse('findUsersByEmail'),
    async createUser(user) {
      if (!createUser) return refuse('createUser')()
      const created = await createUser(user)
      const fixed = { role: 'end-user', active: true }
      return created.outcome === 'created'
        ? { ...created, record: { id: created.id, ...user, ...fixed } }
        : created
    },
    async updateUsers(items) {
      if (!updateUsers) return refuse('updateUsers')()
      const results = await updateUsers(items)
      for (const { id, user_fields, ...others } of writtenOf<UserUpdate>(items, results)) {
        const held = userOf(id)
        users.set(id, { ...held, ...others, user_fields: { ...held.user_fields, ...user_fields } })
      }
      return results
    },
    async showUsers(ids) {
      return ids.map(userOf).map(user => ({ user, addresses: user.email === null ? [] : [user.email] }))
    },
    addUserToOrganization: refuse('addUserToOrganization'),
    ...others,
  }
}

function writtenOf<Item extends { id: number }>(
  items: readonly Item[],
  results: readonly ItemResult[],
): Item[] {
  return items.filter(({ id }) => results.some(given => given.id === id && given.outcome === 'written'))
}

/** A run that discards its results. */
export function connectedRun(given: Partial<ConnectedRun> = {}): ConnectedRun {
  const results: ReturnType<ConnectedRun['results']>[number][] = []
  return {
    upstream: watchUpstream(),
    throwIfStopped: () => {},
    settle: async () => {},
    record: async added => void results.push(...added),
    earlier: [],
    results: () => results,
    ...given,
  }
}

/** An Update Many that writes every item except those for which `refuses` is true. Records its requests. */
export function updateMany(refuses: (item: OrganizationUpdate) => boolean = () => false) {
  const batches: OrganizationUpdate[][] = []
  return {
    batches,
    updateOrganizations: async (items: readonly OrganizationUpdate[]): Promise<ItemResult[]> => {
      batches.push([...items])
      return items.map(item => (refuses(item) ? nameTaken(item.id) : { id: item.id, outcome: 'written' }))
    },
  }
}

function nameTaken(id: number): ItemResult {
  return {
    id,
    outcome: 'failed',
    status: null,
    code: 'DuplicateValue',
    message: 'Name: has already been taken',
  }
}
