/** Works on large artifacts in two threads. */
export { bothInOrder } from './both-in-order.ts'
export { batchesOfThread, postBatches, SECOND_THREAD_BYTES } from './second-thread.ts'
