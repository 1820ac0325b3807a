import type { z } from 'zod'
import type { Artifact } from '../../pipeline/index.ts'
import { readArtifact } from '../../runtime/artifacts/index.ts'
import type { Run } from './locate.ts'
import { artifactPath } from './locate.ts'
import { isLineForm, lineAround, wholeLines } from './raw-lines.ts'

/**
 * The records of an artifact in whose line a piece of JSON occurs (an id, or what `inJson` and `namedInJson` make of
 * a text); the caller says which of them are meant. Of a file with one record a line only these lines are parsed; any
 * other form is read whole. None where the run has no such artifact.
 */
export async function recordsWith<Item>(
  run: Pick<Run, 'dir'>,
  artifact: Artifact<Item>,
  json: string,
): Promise<Item[]> {
  const { schema } = artifact
  const path = artifactPath(run, artifact)
  if (path === undefined) return []
  const found = isLineForm(path) ? fromLines(path, json, schema) : undefined
  // A line that does not parse: readArtifact says what is wrong with the file, or knows its form.
  return found ?? (await fromWhole(path, json, schema))
}

/** A text as it stands in an artifact. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** A record's name as it stands in an artifact. */
export function namedInJson(name: string): string {
  return `"name":${JSON.stringify(name)}`
}

function fromLines<Item>(path: string, json: string, schema: z.ZodType<Item, unknown>): Item[] | undefined {
  const needle = Buffer.from(json)
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
  json: string,
  schema: z.ZodType<Item, unknown>,
): Promise<Item[]> {
  const found: Item[] = []
  for await (const record of readArtifact(path, schema))
    if (JSON.stringify(record).includes(json)) found.push(record)
  return found
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line.trim().replace(/,$/, ''))
  } catch {
    return undefined
  }
}
