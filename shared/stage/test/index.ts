/** For tests from outside: data directories, records, and the real bins as child processes. */
export { dataDirectory } from './data-directory.ts'
export { account, gatheredOrganization, objectOf } from './records.ts'
export { type BinRun, type LogLine, runProgram, spawnBin } from './spawn-bin.ts'
