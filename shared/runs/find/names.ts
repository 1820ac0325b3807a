import { z } from 'zod'
import { readArtifact } from '../../runtime/artifacts/index.ts'
import { isLineForm, wholeLines } from './raw-lines.ts'

/** A record's name and ids. */
export type NamedRecord = {
  id: number | null
  salesforce_id: string | null
  sfdc_short_id?: string | null | undefined
  name: string
}

const namedSchema = z.object({
  id: z.int().nullish(),
  salesforce_id: z.string().nullish(),
  sfdc_short_id: z.string().nullish(),
  name: z.string(),
})

/** Ids and name come first in every record, so they are in the first bytes of its line unless the name is very long. */
const HEAD = 256
const LONG_HEAD = 4096
const LINE_FEED = 10

/** The ids and names of an artifact's records. If the file has one record per line, this parses only the line's start. */
export async function namesOf(path: string | undefined): Promise<NamedRecord[]> {
  if (path === undefined) return []
  if (isLineForm(path)) return fromHeads(path)
  const named: NamedRecord[] = []
  for await (const { id, salesforce_id, sfdc_short_id, name } of readArtifact(path, namedSchema)) {
    named.push({
      id: id ?? null,
      salesforce_id: salesforce_id ?? null,
      sfdc_short_id: sfdc_short_id ?? null,
      name,
    })
  }
  return named
}

function fromHeads(path: string): NamedRecord[] {
  const named: NamedRecord[] = []
  for (const bytes of wholeLines(path)) {
    let start = 0
    while (start < bytes.length) {
      const next = bytes.indexOf(LINE_FEED, start)
      const end = next === -1 ? bytes.length : next
      const record = headOf(bytes, start, end, HEAD) ?? headOf(bytes, start, end, LONG_HEAD)
      if (record) named.push(record)
      start = end + 1
    }
  }
  return named
}

function headOf(bytes: Buffer, start: number, end: number, length: number): NamedRecord | undefined {
  const head = bytes.toString('utf8', start, Math.min(end, start + length))
  const name = textAt(head, 'name')
  return name === null
    ? undefined
    : {
        id: numberAt(head, 'id'),
        salesforce_id: textAt(head, 'salesforce_id'),
        sfdc_short_id: textAt(head, 'sfdc_short_id'),
        name,
      }
}

const TEXT = {
  name: /"name":("(?:[^"\\]|\\.)*")/,
  salesforce_id: /"salesforce_id":("(?:[^"\\]|\\.)*")/,
  sfdc_short_id: /"sfdc_short_id":("(?:[^"\\]|\\.)*")/,
} as const

function textAt(head: string, key: keyof typeof TEXT): string | null {
  const quoted = TEXT[key].exec(head)?.[1]
  if (quoted === undefined) return null
  return quoted.includes('\\') ? z.string().parse(JSON.parse(quoted)) : quoted.slice(1, -1)
}

function numberAt(head: string, key: 'id'): number | null {
  const digits = head.startsWith(`{"${key}":`) ? /\d+/.exec(head)?.[0] : undefined
  return digits === undefined ? null : Number(digits)
}
