import type { z } from 'zod'
import { ExpectedError } from '../errors/index.ts'
import { printable } from '../text/index.ts'

/** Records as an artifact has them: a line each, a comma and a line feed between two. */
export type Printed = { bytes: Uint8Array<ArrayBuffer>; records: number }

export type Printer<Item> = {
  /** Throws when the record is not as the schema says: that is a bug of the stage that writes. */
  print: (item: Item) => void
  /** How many bytes are printed, and not yet taken. */
  size: () => number
  /** Takes what is printed, in memory of its own. */
  take: () => Printed
}

/** Prints records as the schema makes them. `name` is what messages call the artifact. */
export function openPrinter<Item>(schema: z.ZodType<Item, unknown>, name: string): Printer<Item> {
  const buffer = textBuffer()
  let records = 0
  return {
    print(item) {
      const line = lineOf(schema.parse(item), name)
      if (records > 0) buffer.put(',\n')
      buffer.put(line)
      records += 1
    },
    size: buffer.size,
    take() {
      const printed = { bytes: buffer.take(), records }
      records = 0
      return printed
    },
  }
}

/** A record as JSON in which nothing can move the cursor of a terminal that the file is shown on. */
function lineOf(record: unknown, name: string): string {
  try {
    return printable(JSON.stringify(record))
  } catch (cause) {
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'RECORD_NOT_WRITABLE',
      message: `${name}: a record is nested too deeply to be written`,
      next: 'Look for an attribute that holds lists within lists in what the stage read.',
      cause,
    })
  }
}

/** What a character of a JavaScript text takes in UTF-8 at the most. */
const BYTES_A_CHARACTER = 3
const FIRST_BYTES = 256 * 1024

/** Encodes each text by itself: joined ones take four times as long, for one Chinese name among them. */
function textBuffer() {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES)
  let filled = 0
  return {
    put(text: string): void {
      const most = filled + text.length * BYTES_A_CHARACTER
      if (most > buffer.length)
        buffer = Buffer.concat([buffer.subarray(0, filled)], Math.max(most, 2 * buffer.length))
      filled += buffer.write(text, filled)
    },
    /** How many bytes are in it. */
    size: () => filled,
    /** Takes what is in it, in memory of its own. */
    take(): Uint8Array<ArrayBuffer> {
      const taken = new Uint8Array(buffer.subarray(0, filled))
      filled = 0
      return taken
    },
  }
}
