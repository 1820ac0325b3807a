import { Worker } from 'node:worker_threads'
import type { Attempt, TryBlock, Work } from './work.ts'

/** A second thread that does a work. */
export type Helper<Result> = {
  /** How many blocks are queued. */
  waiting: () => number
  tryBlock: (number: number) => Promise<Attempt<Result> | null>
}

/** A second thread, which does one work after another. It starts with the first. */
export type SecondThread = {
  begin: <Given, Item, Result>(path: string, work: Work<Given, Item, Result>, given: Given) => Helper<Result>
  end: () => void
}

/** The messages to the thread: a work on a file, or the number of a block, which it answers. */
export type Told = { path: string; module: string; name: string; given: unknown } | number
type Answer<Result> = ReturnType<TryBlock<Result>>

export function secondThread(): SecondThread {
  let thread: Worker | undefined
  let answerTo: ((answer: Answer<never>) => void) | undefined
  let fail: ((error: unknown) => void) | undefined

  function start(): Worker {
    const started = new Worker(new URL('helper-thread.ts', import.meta.url), {
      // It keeps nothing, so more memory would only delay garbage collection.
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
    })
    started.on('message', answer => answerTo?.(answer))
    started.on('error', error => fail?.(error))
    return started
  }

  return {
    begin<Given, Item, Result>(path: string, { module, name }: Work<Given, Item, Result>, given: Given) {
      thread ??= start()
      const asked: PromiseWithResolvers<Answer<Result>>[] = []
      answerTo = answer => asked.shift()?.resolve(answer)
      // A bug, or too little memory for a second thread.
      fail = error => {
        for (const one of asked.splice(0)) one.reject(error)
      }
      const tell = (told: Told) => thread?.postMessage(told)
      tell({ path, module, name, given })
      return {
        waiting: () => asked.length,
        tryBlock(number) {
          const answer = Promise.withResolvers<Answer<Result>>()
          // It is awaited in order, perhaps after it is rejected.
          answer.promise.catch(() => undefined)
          asked.push(answer)
          tell(number)
          return answer.promise
        },
      }
    },
    end() {
      void thread?.terminate()
    },
  }
}
