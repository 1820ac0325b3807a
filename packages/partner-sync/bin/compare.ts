#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { BINS, PARTNER_SYNC } from '@support-sync/shared/pipeline'
import { runBin } from '@support-sync/shared/runtime/bin'
import { compareBin } from '@support-sync/shared/sync/compare'
import { readCustomers } from '../src/read-customers.ts'

const bin = compareBin(BINS.partners.compare, PARTNER_SYNC, readCustomers)

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
