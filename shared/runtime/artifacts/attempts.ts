import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { z } from 'zod'
import { bytesAt, linesOf, openBlocks } from './blocks.ts'
import type { Helper, SecondThread } from './helper.ts'
import type { Attempt, Done, TryBlock, Work } from './work.ts'

/** The second thread, and the file size from which it helps. */
export type Help = { thread: SecondThread; from?: number }
/** It takes some time to start. */
const HELPED_FROM = 128 * 1024 * 1024
/** How many blocks are queued for it, so that the next one is ready when it finishes one. */
const HELPER_QUEUE = 2
/** How many blocks are being processed, or wait for an earlier one. */
const MOST_BLOCKS = 6

/** Tries a work on every block of a file, in this thread and in a second one. Yields the results in order. */
export async function* attempts<Given, Item, Result>(
  path: string,
  work: Work<Given, Item, Result>,
  given: Given,
  { thread, from = HELPED_FROM }: Help,
): AsyncGenerator<Attempt<Result> | null> {
  const isHelped = statSync(path).size >= from && availableParallelism() > 1
  const helper: Helper<Result> | undefined = isHelped ? thread.begin(path, work, given) : undefined
  const blocks = openBlocks(path)
  const tryBlock = blockTrier(blocks, work.begin(given))
  const underWay: Promise<Attempt<Result> | null>[] = []
  try {
    for (let number = 0; number < blocks.count; number += 1) {
      const isTheirs = helper !== undefined && helper.waiting() < HELPER_QUEUE
      underWay.push(isTheirs ? helper.tryBlock(number) : Promise.resolve(tryBlock(number)))
      if (underWay.length >= MOST_BLOCKS || !helper) yield* next()
      // Lets the process handle a signal and the second thread's answers between two blocks.
      await setImmediate()
    }
    while (underWay.length > 0) yield* next()
  } finally {
    blocks.close()
  }

  async function* next() {
    const first = await underWay.shift()
    if (first !== undefined) yield first
  }
}

/** Does a work on a file's blocks, if they contain only plain records. */
export function blockTrier<Item, Result>(
  blocks: Pick<ReturnType<typeof openBlocks>, 'read'>,
  { schema, run }: ReturnType<Work<unknown, Item, Result>['begin']>,
): TryBlock<Result> {
  function doneWith(bytes: Buffer): Done<Result> | null {
    const ends: number[] = []
    function* records(): Generator<Item> {
      for (const { text, end } of linesOf(bytes)) {
        yield schema.parse(plainRecord(text))
        ends.push(end)
      }
    }
    try {
      return { result: run(records()), ends: Uint32Array.from(ends) }
    } catch {
      // The reader that reads this block again, in order, finds the same problem and throws its error.
      return null
    }
  }
  return number => {
    const block = blocks.read(number)
    return block && { offset: block.offset, length: block.bytes.length, done: doneWith(block.bytes) }
  }
}

/** The value of a line that is a record followed by a comma. Throws for any other line. */
function plainRecord(line: string): unknown {
  if (!line.startsWith('{') || !line.endsWith('},')) throw new Error('not a record with a comma behind it')
  return JSON.parse(line.slice(0, -1))
}

/** Reads a block's records again, by their positions, starting from 0. */
export function recordsAgain<Item>(
  path: string,
  schema: z.ZodType<Item, unknown>,
  { offset, ends }: { offset: number; ends: Uint32Array },
): (place: number) => Item {
  return place => {
    const start = place === 0 ? 0 : (ends[place - 1] ?? 0) + 1
    const text = bytesAt(path, offset + start, (ends[place] ?? start) - start).toString()
    try {
      return schema.parse(plainRecord(text))
    } catch (cause) {
      throw new Error(`${basename(path)} changed while it was read`, { cause })
    }
  }
}
