import {
  attributesOf,
  INSTANCE_ARTIFACTS,
  type Instance,
  organizationReader,
  organizationSchema,
  zendeskName,
} from '@support-sync/shared/domain'
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
  const read = organizationReader(instance, attributes)
  const write = context.write(INSTANCE_ARTIFACTS[instance].gathered, organizationSchema(attributes))
  for await (const page of connectZendesk(credentials, neighboursOf(context)).organizations()) {
    for (const organization of page) write(read(organization))
  }
}
