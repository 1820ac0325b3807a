#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { compareUsers } from '../src/compare-users.ts'

const bin = defineBin(BINS.users.compare, {
  purpose:
    'Compares the users of Zendesk US Government with the contacts, and plans which users to update, create and mark.',
  settings: {},
  run: compareUsers,
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
