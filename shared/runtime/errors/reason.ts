import { z } from 'zod'
import { sentence } from '../text/index.ts'
import type { ExpectedError } from './expected-error.ts'

/** A sentence in a file, made printable: reports and terminals show it, and anyone may have written the file. */
export const printableSentence = z.string().transform(sentence)

/** An error in a file. */
export const reasonSchema = z.object({
  code: printableSentence,
  message: printableSentence,
  next: printableSentence,
})
export type Reason = z.infer<typeof reasonSchema>

/** The form of an `ExpectedError` in a file. */
export function reasonOf({ code, message, next }: ExpectedError): Reason {
  return { code, message, next }
}
