#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { BINS, type Bin, INSTANCE_SYNCS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { slackSettings, zendeskSettings } from '@support-sync/shared/runtime/settings'
import { connectToWrite, syncOrganizations } from '@support-sync/shared/sync/apply'
import { afterCreates } from '../src/after-creates.ts'

const row: Bin = BINS.sync.global
const bin = defineBin(row, {
  purpose:
    'Writes the plan to Zendesk Global: creates organizations (and associates their sold-to contacts), updates changed organizations, and marks those without an object.',
  settings: { zendesk: zendeskSettings.global, slack: slackSettings },
  run: context =>
    syncOrganizations(context, {
      ...INSTANCE_SYNCS.global,
      connect: () => connectToWrite(context, context.settings().zendesk),
      ...afterCreates(context),
    }),
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
