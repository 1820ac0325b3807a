import { z } from 'zod'
import { nameKey } from '../../runtime/text/index.ts'
import type { Client } from './client.ts'
import { type CreateResult, createOnce } from './create.ts'
import type { FollowJob } from './follow-jobs.ts'
import type { ItemResult } from './job.ts'
import { refusalOfNew } from './refusal.ts'
import { ORGANIZATION, parseAnswer, type ZendeskOrganization } from './schemas.ts'
import { updateMany } from './update-many.ts'

export type NewOrganization = { name: string; organization_fields: Record<string, unknown> }
export type OrganizationUpdate = { id: number; name?: string; organization_fields?: Record<string, unknown> }

const FOUND = z.object({ organizations: z.array(ORGANIZATION) })
const CREATED = z.object({ organization: z.looseObject({ id: z.int() }) })

/** Creates an organization, see `createOnce`. Never have two creates with the same name in flight. */
export function createOrganization(
  client: Client,
  organization: NewOrganization,
): Promise<CreateResult<ZendeskOrganization, ZendeskOrganization>> {
  const { name, organization_fields } = organization
  return createOnce(
    async () => {
      const answer = await client.request('POST', ['organizations'], {
        organization: { name, organization_fields },
      })
      const { organization } = parseAnswer(CREATED, answer, client.service, 'POST /organizations')
      return { id: organization.id, record: ORGANIZATION.safeParse(organization).data }
    },
    async () =>
      (await findOrganizationsByName(client, name)).find(found => nameKey(found.name) === nameKey(name)),
    client.context,
    refusalOfNew,
  )
}

/**
 * Organizations with this name, by Zendesk's own rule: it ignores at least case and white space. Search Organizations
 * compares whole names in the database, so it finds a new organization at once, unlike the search index
 * (https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#search-organizations).
 */
export async function findOrganizationsByName(client: Client, name: string): Promise<ZendeskOrganization[]> {
  const answer = await client.request('GET', ['organizations', 'search', { name: name.trim() }])
  return parseAnswer(FOUND, answer, client.service, 'GET /organizations/search').organizations
}

/** Sends only the name and the fields of each organization, even if an item has more, see `updateMany`. */
export function updateOrganizations(
  client: Client,
  follow: FollowJob,
  items: readonly OrganizationUpdate[],
): Promise<ItemResult[]> {
  const sent = items.map(({ id, name, organization_fields }) => ({ id, name, organization_fields }))
  return updateMany(client, follow, 'organizations', sent)
}
