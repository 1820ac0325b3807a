#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { gatherInstance } from '../src/gather-organizations.ts'

await gatherInstance(import.meta.url, 'usgov')
