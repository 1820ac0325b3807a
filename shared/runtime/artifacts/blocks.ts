import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** A line longer than this is no record. */
const MAX_LINE = 16 * 1024 * 1024

const BLOCK_BYTES = 512 * 1024
/** Most lines end within so much of what is read for a block. */
const SLACK_BYTES = 64 * 1024
const LINE_FEED = 10

/** Some lines of a file, and where in it they begin. */
export type Block = { offset: number; bytes: Buffer }

/**
 * Reads a file in blocks of whole lines: block 3 has the lines that begin in the third half of a megabyte, counted from
 * 0. Any thread can so read any block. Splits on `\n` alone: JSON text may hold U+2028, which node:readline would take
 * for a line's end.
 */
export function openBlocks(path: string) {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  let buffer = Buffer.allocUnsafe(BLOCK_BYTES + SLACK_BYTES)

  return {
    count: Math.ceil(size / BLOCK_BYTES),
    /** Reads a block into the memory of the one before; null where a line is over the limit. */
    read(number: number): Block | null {
      // A line begins behind a line feed: from the one before the block to the one that ends its last line.
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

/** A file's blocks, one after the other. Stops with `null` at a line over the limit. */
export async function* blocksOf(path: string): AsyncGenerator<Block | null> {
  const { count, read, close } = openBlocks(path)
  try {
    for (let number = 0; number < count; number += 1) {
      const block = read(number)
      yield block
      if (block === null) return
      // A signal is heard between two blocks.
      await setImmediate()
    }
  } finally {
    close()
  }
}

/**
 * The lines of a block as text, without their line feeds, and where each ends. Each is decoded by itself: most are
 * ASCII, which is read in half the time of a block that has one Chinese name in it.
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

/** A part of a file that was read before. */
export function bytesAt(path: string, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  const file = openSync(path, 'r')
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
  } finally {
    closeSync(file)
  }
}
