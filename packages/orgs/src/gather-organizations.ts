import {
  attributesOf,
  type Instance,
  organizationFromZendesk,
  organizationSchema,
} from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'
import { neighboursOf } from '@support-sync/shared/stage'
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
    for (const organization of page) write(fromZendesk.parse(organization))
  }
}
