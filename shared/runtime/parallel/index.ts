/** Reads two large artifacts at the same time. */
export { bothInOrder } from './both-in-order.ts'
export { batchesOfThread, postBatches } from './second-thread.ts'
