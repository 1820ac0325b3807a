/** For tests from outside: data directories, records, and the real bins as child processes. */
export { type DataDirectory, dataDirectory } from './data-directory.ts'
export { openTestContext } from './open-context.ts'
export { account, gatheredOrganization, objectOf } from './records.ts'
export { type BinRun, type LogLine, runProgram, spawnBin, startProgram } from './spawn-bin.ts'
