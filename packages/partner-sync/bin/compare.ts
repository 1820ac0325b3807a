#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { PARTNER_SYNC } from '@support-sync/shared/pipeline'
import { runCompare } from '@support-sync/shared/sync/compare'
import { readCustomers } from '../src/read-customers.ts'

await runCompare(import.meta.url, PARTNER_SYNC, readCustomers)
