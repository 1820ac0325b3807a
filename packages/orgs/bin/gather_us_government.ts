#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { runBin } from '@support-sync/shared/runtime/bin'
import { gatherBin } from '../src/gather-organizations.ts'

const bin = gatherBin('usgov')

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
