import type { z } from 'zod'
import { ExpectedError } from '../errors/index.ts'
import { printable } from '../text/index.ts'

/** Records in an artifact's format: a line each, separated by a comma and a line feed. */
export type Printed = { bytes: Uint8Array<ArrayBuffer>; records: number }

export type Printer<Item> = {
  /** Prints a record. Throws if it is invalid, which is a bug in the stage. */
  print: (item: Item) => void
  /** How many bytes are printed but not yet taken. */
  size: () => number
  /** Takes the printed bytes, as a copy. */
  take: () => Printed
}

/** Prints records after validation. `name` is the artifact's name in messages. */
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

/** A record as JSON without characters that could move a terminal's cursor. */
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

/** The maximum size of a UTF-16 code unit in UTF-8. */
const BYTES_A_CHARACTER = 3
const FIRST_BYTES = 256 * 1024

/** Encodes each text separately, because one Chinese name makes joined texts four times as slow. */
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
    /** How many bytes it has. */
    size: () => filled,
    /** Takes its bytes, as a copy. */
    take(): Uint8Array<ArrayBuffer> {
      const taken = new Uint8Array(buffer.subarray(0, filled))
      filled = 0
      return taken
    },
  }
}
