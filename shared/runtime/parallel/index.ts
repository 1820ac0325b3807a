/** Reads two large artifacts at the same time. */
export { bothInOrder } from './both-in-order.ts'
export { batchesOfThread, postBatches, SECOND_THREAD_BYTES } from './second-thread.ts'
