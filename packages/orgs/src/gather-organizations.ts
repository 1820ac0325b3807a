import {
  attributesOf,
  type Instance,
  organizationFromZendesk,
  organizationSchema,
} from '@support-sync/shared/domain'
import { Trouble } from '@support-sync/shared/errors'
import { type BinContext, neighboursOf } from '@support-sync/shared/stage'
import { connectZendesk, type ZendeskCredentials } from '@support-sync/shared/zendesk'

/** Writes every organization of an instance, flat and normalized. */
export async function gatherOrganizations(
  context: BinContext<unknown>,
  instance: Instance,
  credentials: ZendeskCredentials,
  artifact: string,
): Promise<void> {
  const attributes = attributesOf(instance)
  const fromZendesk = organizationFromZendesk(attributes)
  const write = await context.write(artifact, organizationSchema(attributes))
  for await (const page of connectZendesk(credentials, neighboursOf(context)).organizations()) {
    for (const organization of page) {
      const read = fromZendesk.safeParse(organization)
      if (!read.success) throw notUnderstood(instance, organization.id, read.error.issues[0]?.path.join('.'))
      write(read.data)
    }
  }
}

function notUnderstood(instance: Instance, id: number, attribute = 'the organization'): Trouble {
  return new Trouble(
    'bad-input',
    'ORGANIZATION_INVALID',
    `Zendesk (${instance}): organization ${id}: ${attribute} is not of its kind`,
    "Look at the field's type in Zendesk; docs/artifacts.md lists the attributes.",
  )
}
