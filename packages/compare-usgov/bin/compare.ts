#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { INSTANCE_SYNCS } from '@support-sync/shared/pipeline'
import { runCompare } from '@support-sync/shared/sync/compare'

await runCompare(import.meta.url, INSTANCE_SYNCS.usgov)
