import { on } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { ExpectedError } from '../errors/index.ts'

type ErrorParts = Pick<ExpectedError, 'kind' | 'code' | 'message' | 'next'>
type Message<Batch> = { batch: Batch } | { error: ErrorParts }

/** A second thread takes 0.4 s to start, in which this one reads as much. */
export const SECOND_THREAD_BYTES = 32 * 1024 ** 2

/**
 * Runs a module in a second thread, and yields the batches that it posts with `postBatches`. Throws the thread's error.
 * Stops the thread if you stop reading, or if `signal` aborts.
 */
export async function* batchesOfThread<Batch>(
  module: URL,
  input: unknown,
  signal?: AbortSignal,
): AsyncGenerator<Batch> {
  const worker = new Worker(module, { workerData: input })
  try {
    for await (const [received] of on(worker, 'message', { close: ['exit'], ...(signal && { signal }) })) {
      const message: Message<Batch> = received
      if ('error' in message) throw new ExpectedError(message.error)
      yield message.batch
    }
  } finally {
    await worker.terminate()
  }
}

/** In the second thread: posts what `read` yields for the thread's input. An `ExpectedError` is posted as well. */
export async function postBatches<Batch>(read: (input: unknown) => AsyncGenerator<Batch>): Promise<void> {
  const post = (message: Message<Batch>) => parentPort?.postMessage(message)
  try {
    for await (const batch of read(workerData)) post({ batch })
  } catch (thrown) {
    // An error loses its class on its way to the other thread.
    if (!(thrown instanceof ExpectedError)) throw thrown
    const { kind, code, message, next } = thrown
    post({ error: { kind, code, message, next } })
  }
}
