import {
  attributesOf,
  checkFields,
  type Instance,
  organizationReader,
  zendeskName,
} from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { type BinParts, type DefinedBin, defineBin } from '@support-sync/shared/runtime/bin'
import { EXIT, type ExitCode } from '@support-sync/shared/runtime/errors'
import { zendeskSettings } from '@support-sync/shared/runtime/settings'
import { connectZendesk, type ZendeskCredentials } from '@support-sync/shared/services/zendesk'

/** Creates the bin that reads an instance's organizations. */
export function gatherBin(instance: Instance): DefinedBin {
  return defineBin(BINS.orgs[instance], {
    purpose: `Reads all organizations from ${zendeskName(instance)}.`,
    settings: { zendesk: zendeskSettings[instance] },
    run: context => gatherOrganizations(context, instance, context.settings().zendesk),
  })
}

type Gathered = (typeof artifacts.instances)[Instance]['gathered']

/**
 * Writes all organizations of an instance, flat and normalized. The records omit an attribute without a usable field,
 * with a warning and exit code 4.
 */
async function gatherOrganizations(
  { artifacts: { write }, http, run }: BinParts<never, Gathered>,
  instance: Instance,
  credentials: ZendeskCredentials,
): Promise<ExitCode> {
  const catalogue = attributesOf(instance)
  const zendesk = connectZendesk(credentials, http)
  const { attributes, warning } = checkFields(instance, catalogue, await zendesk.fields('organization'))
  const read = organizationReader(instance, attributes)
  const writeOrganization = write(artifacts.instances[instance].gathered)
  for await (const page of zendesk.organizations()) {
    for (const organization of page) writeOrganization(read(organization))
  }
  if (!warning) return EXIT.done
  run.warn(warning.code, warning.message, warning.keys)
  return EXIT.someRecordsFailed
}
