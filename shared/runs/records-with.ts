import type { z } from 'zod'
import { readArtifact } from '../artifacts/index.ts'
import { isLineForm, lineAround, wholeLines } from './raw-lines.ts'

/**
 * The records of an artifact in whose line a text occurs; the caller says which of them are meant. Of a file with
 * one record a line only these lines are parsed; any other form is read whole. None where there is no file.
 */
export async function recordsWith<Item>(
  path: string | undefined,
  text: string,
  schema: z.ZodType<Item, unknown>,
): Promise<Item[]> {
  if (path === undefined) return []
  const found = isLineForm(path) ? fromLines(path, text, schema) : undefined
  // A line that does not parse: readArtifact says what is wrong with the file, or knows its form.
  return found ?? (await fromWhole(path, text, schema))
}

function fromLines<Item>(path: string, text: string, schema: z.ZodType<Item, unknown>): Item[] | undefined {
  const needle = Buffer.from(JSON.stringify(text).slice(1, -1))
  const found: Item[] = []
  for (const bytes of wholeLines(path)) {
    let position = bytes.indexOf(needle)
    while (position !== -1) {
      const { start, end } = lineAround(bytes, position)
      const parsed = schema.safeParse(parsedLine(bytes.toString('utf8', start, end)))
      if (!parsed.success) return undefined
      found.push(parsed.data)
      position = bytes.indexOf(needle, end)
    }
  }
  return found
}

async function fromWhole<Item>(
  path: string,
  text: string,
  schema: z.ZodType<Item, unknown>,
): Promise<Item[]> {
  const needle = JSON.stringify(text).slice(1, -1)
  const found: Item[] = []
  for await (const record of readArtifact(path, schema))
    if (JSON.stringify(record).includes(needle)) found.push(record)
  return found
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line.trim().replace(/,$/, ''))
  } catch {
    return undefined
  }
}
