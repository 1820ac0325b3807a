import { parentPort, workerData } from 'node:worker_threads'
import { runShare } from './run-cells.ts'

/** A thread of `runCells`. */
await runShare(workerData, done => parentPort?.postMessage(done))
// A hanging bin would keep the thread alive.
process.exit()
