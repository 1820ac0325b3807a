#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { runBin } from '@support-sync/shared/runtime/bin'
import { instanceSyncBin } from '@support-sync/shared/sync/apply'

const bin = instanceSyncBin('usgov')

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
