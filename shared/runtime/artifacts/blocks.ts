import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** A longer line is not a record. */
const MAX_LINE = 16 * 1024 * 1024

const BLOCK_BYTES = 512 * 1024
/** How much is read after a block's end. Most lines end within it. */
const SLACK_BYTES = 64 * 1024
const LINE_FEED = 10

/** Some lines of a file, and their position in it. */
export type Block = { offset: number; bytes: Buffer }

/**
 * Reads a file in blocks of complete lines: block N has the lines that begin in half-megabyte N, starting from 0. So any
 * thread can read any block. Splits only at `\n`: JSON text may contain U+2028, which node:readline treats as a line end.
 */
export function openBlocks(path: string) {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  let buffer = Buffer.allocUnsafe(BLOCK_BYTES + SLACK_BYTES)

  return {
    count: Math.ceil(size / BLOCK_BYTES),
    /** Reads a block into the memory of the previous one. Null if a line is over the limit. */
    read(number: number): Block | null {
      // A line begins after a line feed: from the one before the block to the one at the end of its last line.
      const from = Math.max(0, number * BLOCK_BYTES - 1)
      const lastByte = Math.min((number + 1) * BLOCK_BYTES, size) - 1 - from
      let filled = readSync(file, buffer, 0, buffer.length, from)
      const end = endOfLine(lastByte)
      if (end === null) return null
      const start = number === 0 ? 0 : endOfLine(0)
      return { offset: from + (start ?? end), bytes: buffer.subarray(start ?? end, end) }

      function endOfLine(behind: number): number | null {
        for (;;) {
          const found = buffer.subarray(0, filled).indexOf(LINE_FEED, behind)
          if (found !== -1) return found + 1
          if (from + filled >= size) return filled
          if (filled > MAX_LINE + BLOCK_BYTES) return null
          buffer = Buffer.concat([buffer.subarray(0, filled)], 2 * buffer.length)
          filled += readSync(file, buffer, filled, buffer.length - filled, from + filled)
        }
      }
    },
    close: () => closeSync(file),
  }
}

/** A file's blocks in order. Stops with `null` at a line over the limit. */
export async function* blocksOf(path: string): AsyncGenerator<Block | null> {
  const { count, read, close } = openBlocks(path)
  try {
    for (let number = 0; number < count; number += 1) {
      const block = read(number)
      yield block
      if (block === null) return
      // Lets the process handle a signal between two blocks.
      await setImmediate()
    }
  } finally {
    close()
  }
}

/**
 * The lines of a block as text, without line feeds, and where each ends. Decodes each line separately, because most are
 * ASCII, which is twice as fast as a block with one Chinese name.
 */
export function* linesOf(bytes: Buffer): Generator<{ text: string; end: number }> {
  let start = 0
  while (start < bytes.length) {
    const next = bytes.indexOf(LINE_FEED, start)
    const end = next === -1 ? bytes.length : next
    yield { text: bytes.toString('utf8', start, end), end }
    start = end + 1
  }
}

/** Reads a part of a file again. */
export function bytesAt(path: string, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  const file = openSync(path, 'r')
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
  } finally {
    closeSync(file)
  }
}
