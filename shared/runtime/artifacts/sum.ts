import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** A file's SHA-256 checksum, in hexadecimal. */
export async function sumOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
