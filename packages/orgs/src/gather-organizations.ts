import {
  attributesOf,
  checkFields,
  INSTANCE_ARTIFACTS,
  type Instance,
  organizationReader,
  organizationSchema,
  zendeskName,
} from '@support-sync/shared/domain'
import { type BinContext, httpContextOf, runBin, zendeskSettings } from '@support-sync/shared/runtime/bin'
import { EXIT, type ExitCode } from '@support-sync/shared/runtime/errors'
import { connectZendesk, type ZendeskCredentials } from '@support-sync/shared/services/zendesk'

/** The bin that reads an instance's organizations. `url` is the bin's `import.meta.url`. */
export function gatherInstance(url: string, instance: Instance): Promise<void> {
  return runBin(url, {
    purpose: `Reads every organization of ${zendeskName(instance)}.`,
    settings: { zendesk: zendeskSettings[instance] },
    run: context => gatherOrganizations(context, instance, context.settings().zendesk),
  })
}

/**
 * Writes every organization of an instance, flat and normalized. An attribute without a usable field is left out of the
 * records, and warned about; the exit code says so.
 */
async function gatherOrganizations(
  context: BinContext<unknown>,
  instance: Instance,
  credentials: ZendeskCredentials,
): Promise<ExitCode> {
  const catalogue = attributesOf(instance)
  const zendesk = connectZendesk(credentials, httpContextOf(context))
  const { attributes, warning } = checkFields(instance, catalogue, await zendesk.fields('organization'))
  const read = organizationReader(instance, attributes)
  const write = context.write(INSTANCE_ARTIFACTS[instance].gathered, organizationSchema(catalogue))
  for await (const page of zendesk.organizations()) {
    for (const organization of page) write(read(organization))
  }
  if (!warning) return EXIT.done
  context.warn(warning.code, warning.message, warning.keys)
  return EXIT.someRecordsFailed
}
