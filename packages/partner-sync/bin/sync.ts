#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { BINS, type Bin, PARTNER_SYNC } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { zendeskSettings } from '@support-sync/shared/runtime/settings'
import { connectToWrite, syncOrganizations } from '@support-sync/shared/sync/apply'

const row: Bin = BINS.partners.sync
const bin = defineBin(row, {
  purpose: "Writes the partners' plan to Zendesk Global: creates, updates and marks their organizations.",
  settings: { zendesk: zendeskSettings.global },
  run: context =>
    syncOrganizations(context, {
      ...PARTNER_SYNC,
      connect: () => connectToWrite(context, context.settings().zendesk),
    }),
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
