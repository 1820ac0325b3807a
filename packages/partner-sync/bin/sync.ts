#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { PARTNER_SYNC } from '@support-sync/shared/pipeline'
import { runBin, zendeskSettings } from '@support-sync/shared/runtime/bin'
import { connectToWrite, syncOrganizations } from '@support-sync/shared/sync/apply'

await runBin(import.meta.url, {
  purpose: "Writes the partners' plan to Zendesk Global: creates, updates and marks their organizations.",
  settings: { zendesk: zendeskSettings.global },
  run: context =>
    syncOrganizations(context, {
      ...PARTNER_SYNC,
      connect: () => connectToWrite(context, context.settings().zendesk),
    }),
})
