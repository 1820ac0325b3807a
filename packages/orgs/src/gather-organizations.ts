import {
  attributesOf,
  INSTANCE_ARTIFACTS,
  type Instance,
  organizationFromZendesk,
  organizationSchema,
  zendeskName,
} from '@support-sync/shared/domain'
import { Trouble } from '@support-sync/shared/errors'
import { type BinContext, neighboursOf, runBin, zendeskSettings } from '@support-sync/shared/stage'
import { connectZendesk, type ZendeskCredentials } from '@support-sync/shared/zendesk'

/** The bin that reads an instance's organizations. `url` is the bin's `import.meta.url`. */
export function gatherInstance(url: string, instance: Instance): Promise<void> {
  return runBin(url, {
    purpose: `Reads every organization of ${zendeskName(instance)}.`,
    settings: { zendesk: zendeskSettings[instance] },
    run: context => gatherOrganizations(context, instance, context.settings().zendesk),
  })
}

/** Writes every organization of an instance, flat and normalized. */
async function gatherOrganizations(
  context: BinContext<unknown>,
  instance: Instance,
  credentials: ZendeskCredentials,
): Promise<void> {
  const attributes = attributesOf(instance)
  const fromZendesk = organizationFromZendesk(attributes)
  const write = await context.write(INSTANCE_ARTIFACTS[instance].gathered, organizationSchema(attributes))
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
