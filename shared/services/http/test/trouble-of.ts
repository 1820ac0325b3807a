import { expect } from 'vitest'
import { Trouble } from '../../../runtime/errors/index.ts'

/** The `Trouble` that a promise is rejected with; anything else fails the test. */
export function troubleOf(promise: Promise<unknown>): Promise<Trouble> {
  return promise.then(
    value => expect.fail(`it was taken for an answer: ${JSON.stringify(value)}`),
    error => (error instanceof Trouble ? error : expect.fail(`not a Trouble: ${error}`)),
  )
}
