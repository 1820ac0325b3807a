import { expect } from 'vitest'
import { ExpectedError } from '../../../runtime/errors/index.ts'

/** The `ExpectedError` that a promise rejects with; anything else fails the test. */
export function expectedErrorOf(promise: Promise<unknown>): Promise<ExpectedError> {
  return promise.then(
    value => expect.fail(`expected an error, received: ${JSON.stringify(value)}`),
    error => (error instanceof ExpectedError ? error : expect.fail(`not an ExpectedError: ${error}`)),
  )
}
