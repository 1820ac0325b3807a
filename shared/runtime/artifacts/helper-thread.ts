/** The program of a second thread. */
import { parentPort } from 'node:worker_threads'
import { blockTrier } from './attempts.ts'
import { openBlocks } from './blocks.ts'
import type { Told } from './helper.ts'
import type { TryBlock } from './work.ts'

/** Queues the messages, because a work takes some time to load. */
let begun: Promise<TryBlock<unknown>> = Promise.reject(new Error('no work was begun'))
begun.catch(() => undefined)

parentPort?.on('message', async (told: Told) => {
  if (typeof told === 'number') {
    const tryBlock = await begun
    const attempt = tryBlock(told)
    parentPort?.postMessage(attempt, memoryOf(attempt))
  } else {
    begun = begin(told)
  }
})

async function begin({ path, module, name, given }: Exclude<Told, number>): Promise<TryBlock<unknown>> {
  const { [name]: work } = await import(module)
  return blockTrier(openBlocks(path), work.begin(given))
}

/** The bytes in an answer, which are transferred, not copied. */
function memoryOf(answer: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(answer)) return answer.buffer instanceof ArrayBuffer ? [answer.buffer] : []
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return []
  return Object.values(answer).flatMap(memoryOf)
}
