#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { runCompare } from '@support-sync/shared/compare'
import { INSTANCE_SYNCS } from '@support-sync/shared/syncs'

await runCompare(import.meta.url, INSTANCE_SYNCS.usgov)
