#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { BINS, INSTANCE_SYNCS } from '@support-sync/shared/pipeline'
import { runBin } from '@support-sync/shared/runtime/bin'
import { compareBin } from '@support-sync/shared/sync/compare'

const bin = compareBin(BINS.compare.global, INSTANCE_SYNCS.global)

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
