import type { z } from 'zod'
import type { Artifact } from '../../pipeline/index.ts'
import { readArtifact } from '../../runtime/artifacts/index.ts'
import type { Run } from './locate.ts'
import { artifactPath } from './locate.ts'
import { isLineForm, lineAround, wholeLines } from './raw-lines.ts'

/**
 * The records of an artifact whose JSON contains a text: an id, or a result of `inJson` or `namedInJson`. The text may
 * occur in any attribute, so the caller must check the records. If the file has one record per line, this parses only the
 * matching lines; otherwise all records. Empty if the run does not have the artifact.
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
  // If a line cannot be parsed, readArtifact reads the file or throws an error that explains the problem.
  return found ?? (await fromWhole(path, json, schema))
}

/** A text as an artifact contains it. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** A record's name with its key, as an artifact contains it. */
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
