import type { z } from 'zod'

/**
 * Work on an artifact's records that handles each record alone, with only its inputs. A module exports it by name, and a
 * second thread imports it there. Its inputs and results can be cloned.
 */
export type Work<Given, Item, Result> = {
  module: string
  name: string
  begin: (given: Given) => {
    schema: z.ZodType<Item, unknown>
    run: (records: Iterable<Item>) => Result
  }
}

/** The result of a work for a block, and where each record ends. */
export type Done<Result> = { result: Result; ends: Uint32Array }

/**
 * A block's position in the file, and the result of a work. Null unless each of its lines is a valid record followed by a
 * comma.
 */
export type Attempt<Result> = { offset: number; length: number; done: Done<Result> | null }

/** Tries a work on a file's blocks. Null if a line is over the limit. */
export type TryBlock<Result> = (number: number) => Attempt<Result> | null
