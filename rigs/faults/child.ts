import { join } from 'node:path'
import { startBin } from '@support-sync/shared/runtime/bin'
import { LIMITS } from './bin-inputs.ts'

/** `node rigs/faults/child.ts STAGE BIN [options]`: a bin as a child process, with short waits. */
const [stage = '', bin = '', ...args] = process.argv.slice(2)
const path = join(import.meta.dirname, '..', '..', 'packages', stage, 'bin', `${bin}.ts`)
process.exitCode = await startBin(path, { args, environment: process.env, limits: LIMITS })
