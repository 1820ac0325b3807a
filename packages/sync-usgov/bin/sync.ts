#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { syncInstance } from '@support-sync/shared/sync/apply'

await syncInstance(import.meta.url, 'usgov')
