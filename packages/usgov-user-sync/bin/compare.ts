#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { runBin } from '@support-sync/shared/runtime/bin'
import { compareUsers } from '../src/compare-users.ts'

await runBin(import.meta.url, {
  purpose:
    'Compares the users of Zendesk US Government with the contacts: whom to update, to create and to mark.',
  settings: {},
  run: compareUsers,
})
