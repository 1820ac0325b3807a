import type { z } from 'zod'

/**
 * Work on an artifact's records that needs no record but one, and nothing but what is given. It is exported under its
 * name by a module: a second thread imports it there. What is given and what it gives can be cloned.
 */
export type Work<Given, Item, Result> = {
  module: string
  name: string
  begin: (given: Given) => {
    schema: z.ZodType<Item, unknown>
    run: (records: Iterable<Item>) => Result
  }
}

/** What a work made of a block, and where each of its records ends. */
export type Done<Result> = { result: Result; ends: Uint32Array }

/**
 * Where a block is in the file, and what a work made of it: null when not each of its lines is a valid record with a
 * comma behind it.
 */
export type Attempt<Result> = { offset: number; length: number; done: Done<Result> | null }

/** Tries a work on a file's blocks. Gives null where a line is over the limit. */
export type TryBlock<Result> = (number: number) => Attempt<Result> | null
