import {
  buildWorld,
  emptySalesforce,
  type World,
  type ZendeskWorld,
  zendeskOf,
} from '@support-sync/fixtures/world'
import {
  type Attribute,
  byInstance,
  INSTANCES,
  type Instance,
  TRAITS,
  USERS_INSTANCE,
} from '@support-sync/shared/domain'
import {
  INSTANCE_SYNCS,
  type OrganizationSync,
  PARTNER_SYNC,
  type PlannedSync,
  USER_SYNC,
} from '@support-sync/shared/pipeline'

/** One sync, a plan with every kind of write, and the world for that plan. */
export type Case = {
  stage: PlannedSync
  instance: Instance
  world: World
  artifacts: Readonly<Record<string, readonly object[]>>
}

/** More than a batch of 100, so that a kill can happen between two batches. */
const MANY = 105
const CREATES = 5
const TODAY = '2026-11-23'

export const CASES: readonly Case[] = [
  ...INSTANCES.map(instance => organizationCase(INSTANCE_SYNCS[instance])),
  organizationCase(PARTNER_SYNC),
  userCase(),
]

/** Updates of the first organizations, marks of the next, creates with new names. Two names are taken. */
function organizationCase({ stage, instance, attributes, artifacts }: OrganizationSync): Case {
  const hasSoldTos = stage !== PARTNER_SYNC.stage && TRAITS[instance].hasSoldTos
  const gathered = numbers(2 * MANY + 10).map(n => ({ id: n, ...recordOf(attributes, n) }))
  const updates = gathered.slice(0, MANY).map(({ id, ...object }, index) => {
    // One update has a taken name: the sync writes it without the name.
    const renamed = index === 3 ? { name: { from: object.name, to: nameOf(2 * MANY + 1) } } : {}
    return { id, ...object, changes: { ...renamed, support_hold: { from: false, to: true } } }
  })
  const marks = gathered.slice(MANY, 2 * MANY)
  const creates = numbers(CREATES).map(n => ({
    ...recordOf(attributes, 1000 + n),
    // An organization to mark has the name of a create: the sync writes neither.
    ...(n === 2 ? { name: nameOf(MANY + 5) } : {}),
    ...(hasSoldTos ? { sold_tos: soldTos(n) } : {}),
  }))
  return {
    stage,
    instance,
    world: worldOf(instance, {
      organizations: gathered.map(({ id, name, ...organization_fields }) => ({
        id,
        name,
        organization_fields,
      })),
      users: numbers(8).map(n => userOf(n, n === 4 ? 7 : null)),
    }),
    artifacts: {
      [artifacts.gathered.name]: gathered,
      [artifacts.updates.name]: updates,
      [artifacts.creates.name]: creates,
      [artifacts.not_in_sync.name]: marks,
    },
  }
}

/** Two users for the first organization, none for the third, and one in another organization for the fourth. */
function soldTos(n: number): string[] {
  if (n === 1) return [addressOf(1), addressOf(2)]
  if (n === 3) return []
  return [addressOf(n)]
}

function userCase(): Case {
  const gathered = numbers(2 * MANY + 10).map(n => ({
    id: n,
    name: `Person ${n}`,
    email: addressOf(n),
    role: 'end-user',
    organization_id: 1,
    not_in_sfdc: false,
  }))
  const contact = (n: number, email = addressOf(n)) => ({
    name: `Person ${n}`,
    email,
    organization_id: 2,
    not_in_sfdc: false,
  })
  return {
    stage: USER_SYNC.stage,
    instance: USERS_INSTANCE,
    world: worldOf(USERS_INSTANCE, {
      organizations: [1, 2].map(id => ({ id, name: nameOf(id), organization_fields: {} })),
      // One user to mark has a contact's address as a secondary one: the sync updates and does not mark them.
      users: gathered.map(({ id }) => userOf(id, 1, id === MANY + 5 ? ['second@customer.example.com'] : [])),
    }),
    artifacts: {
      'zendesk_users.json': gathered,
      'updates.json': gathered.slice(0, MANY).map(({ id, email }) => ({
        id,
        ...contact(id, email),
        changes: { organization_id: { from: 1, to: 2 } },
      })),
      'creates.json': [
        ...numbers(CREATES).map(n => contact(1000 + n)),
        contact(MANY + 5, 'second@customer.example.com'),
      ],
      'not_in_sync.json': gathered.slice(MANY, 2 * MANY),
    },
  }
}

function worldOf(
  instance: Case['instance'],
  held: Pick<ZendeskWorld, 'organizations' | 'users'>,
): Case['world'] {
  const world = buildWorld(TODAY)
  return {
    salesforce: emptySalesforce(),
    overrides: '[]',
    ...byInstance(one => ({
      ...zendeskOf(world, one),
      ...(one === instance ? held : { organizations: [], users: [] }),
    })),
  }
}

function recordOf(attributes: readonly Attribute[], n: number) {
  const values = attributes.map(({ key, kind }) => [key, kind.name === 'checkbox' ? false : null])
  const entitled = attributes.some(({ key }) => key === 'support_level')
  return {
    ...Object.fromEntries(values),
    ...(entitled ? { support_level: 'custom', expiration_date: '2027-01-01' } : {}),
    name: nameOf(n),
    salesforce_id: salesforceIdOf(n),
  }
}

function userOf(id: number, organization_id: number | null, other_emails: string[] = []) {
  const role = 'end-user' as const
  return { id, name: `Person ${id}`, email: addressOf(id), other_emails, role, organization_id }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
function nameOf(n: number): string {
  return `Customer ${n}`
}
function addressOf(n: number): string {
  return `person-${n}@customer.example.com`
}
function salesforceIdOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}
