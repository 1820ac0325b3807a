import type { ItemResult, OrganizationUpdate, Zendesk } from '../../zendesk/index.ts'

/** A Zendesk of plain functions: what a test does not script, must not be called. */
export function scriptedZendesk(script: Partial<Zendesk>): Zendesk {
  const refuse = (name: string) => (): never => {
    throw new Error(`${name} was not expected`)
  }
  return {
    fields: refuse('fields'),
    organizations: refuse('organizations'),
    users: refuse('users'),
    findOrganizationsByName: refuse('findOrganizationsByName'),
    createOrganization: refuse('createOrganization'),
    updateOrganizations: refuse('updateOrganizations'),
    findUsersByEmail: refuse('findUsersByEmail'),
    createUser: refuse('createUser'),
    updateUsers: refuse('updateUsers'),
    addUserToOrganization: refuse('addUserToOrganization'),
    ...script,
  }
}

/** An Update Many that writes every item that `refuses` does not, and keeps what it was sent. */
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
