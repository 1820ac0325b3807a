#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { checkFields, PARTNERS_INSTANCE, partnerAttributes } from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { zendeskSettings } from '@support-sync/shared/runtime/settings'
import { connectZendesk } from '@support-sync/shared/services/zendesk'
import { gatherOrganizations, readPartnerKeys } from '../src/gather-organizations.ts'

const bin = defineBin(BINS.partners.zendesk, {
  purpose:
    "Reads the partners' organizations from Zendesk Global: those of a partner type, and those of any other type whose account is a partner in Salesforce.",
  settings: { zendesk: zendeskSettings.global },
  async run({ artifacts: { read, write }, http, run, settings }) {
    const catalogue = partnerAttributes()
    const partners = await readPartnerKeys(read(artifacts.partners.objects, 'needed'))
    const zendesk = connectZendesk(settings().zendesk, http)
    const declared = await zendesk.fields('organization')
    const { attributes, warning } = checkFields(PARTNERS_INSTANCE, catalogue, declared)
    const writeOrganization = write(artifacts.partners.gathered)
    for await (const organization of gatherOrganizations(zendesk, partners, attributes))
      writeOrganization(organization)
    if (!warning) return EXIT.done
    run.warn(warning.code, warning.message, warning.keys)
    return EXIT.someRecordsFailed
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
