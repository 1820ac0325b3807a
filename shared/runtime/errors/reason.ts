import { z } from 'zod'
import { sentence } from '../text/index.ts'
import type { ExpectedError } from './expected-error.ts'

/** A sentence in a file: reports and terminals show it, whoever wrote the file. */
export const told = z.string().transform(sentence)

/** What stopped something, in a file. */
export const reasonSchema = z.object({ code: told, message: told, next: told })
export type Reason = z.infer<typeof reasonSchema>

/** What a `ExpectedError` leaves in a file. */
export function reasonOf({ code, message, next }: ExpectedError): Reason {
  return { code, message, next }
}
