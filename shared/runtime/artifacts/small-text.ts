import { readFile, stat } from 'node:fs/promises'
import { badInput, ExpectedError } from '../errors/index.ts'

/** Enough for reviewed files with about ten thousand entries. */
export const MAX_TEXT_BYTES = 4 * 1024 * 1024

/** The error codes for a text, and the hint. */
type TextErrors = { missing: string; tooLarge: string; notText: string; next: string }

export const ANY_FILE: TextErrors = {
  missing: 'FILE_MISSING',
  tooLarge: 'FILE_TOO_LARGE',
  notText: 'FILE_NOT_TEXT',
  next: 'Check the path.',
}

/**
 * Reads a small text, such as a reviewed file. Throws an `ExpectedError` if it is missing, not a regular file, over 4 MB, or
 * not UTF-8.
 */
export async function readSmallText(path: string, problem: TextErrors): Promise<string> {
  return utf8Text(await readSmall(path, problem), path, problem)
}

/**
 * Decodes bytes from another source. `where` is their name in messages. Throws like `readSmallText` if they are not
 * UTF-8.
 */
export function utf8Text(
  bytes: Uint8Array,
  where: string,
  { notText, next }: Pick<TextErrors, 'notText' | 'next'>,
): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badInput(notText, {
      message: `${where} is not UTF-8 text`,
      next,
    })
  }
}

async function readSmall(path: string, { missing, tooLarge, next }: TextErrors): Promise<Uint8Array> {
  try {
    const file = await stat(path)
    // A pipe or a device may have no end.
    if (!file.isFile())
      throw badInput(missing, {
        message: `${path} is not a file`,
        next,
      })
    if (file.size <= MAX_TEXT_BYTES) return await readFile(path)
  } catch (error) {
    if (error instanceof ExpectedError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw badInput(missing, {
      message: `${path} cannot be read (${reason})`,
      next,
    })
  }
  throw badInput(tooLarge, {
    message: `${path} is over ${MAX_TEXT_BYTES / 1024 ** 2} MB`,
    next,
  })
}
