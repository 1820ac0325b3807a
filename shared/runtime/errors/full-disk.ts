import { badInput, ExpectedError } from './expected-error.ts'

/** The system's codes for a write that finds no more space: on the disk, in the user's quota, in the file's size limit. */
const NO_SPACE: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/**
 * Returns an `ExpectedError` as it is, and one that explains a full disk. Returns undefined for anything else, which is a
 * bug.
 */
export function expectedFrom(thrown: unknown): ExpectedError | undefined {
  if (thrown instanceof ExpectedError) return thrown
  if (!(thrown instanceof Error && 'code' in thrown && NO_SPACE.includes(thrown.code))) return undefined
  return badInput('DISK_FULL', {
    message: `no space left to write: ${thrown.message}`,
    next: 'Free space on the disk, or raise the quota or the file size limit. Then run it again.',
    cause: thrown,
  })
}
