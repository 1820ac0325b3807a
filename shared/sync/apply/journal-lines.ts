import { z } from 'zod'
import { type Result, resultSchema } from '../../domain/index.ts'

/** The journal's first line: its plan, as a text that is valid in a file name. */
const planLine = z.object({ plan: z.string().regex(/^[\w-]+$/) })
const creatingLine = z.object({ creating: z.int(), key: z.string(), at: z.iso.datetime() })
const createdLine = z.object({ created: z.int() })

/** The lines before and after a create. */
export type CreateLine = z.infer<typeof creatingLine> | z.infer<typeof createdLine>

/** What a sync did before it was interrupted. */
export type JournalLines = {
  /** The plan's fingerprint. */
  plan: string | undefined
  results: Result[]
  /** Creates that were sent but not answered: their keys, and when they were sent. */
  unanswered: { key: string; at: Date }[]
}

/** Reads a journal. Skips a line that a crash cut, because its write is recognised later. */
export function readJournalLines(text: string): JournalLines {
  let plan: string | undefined
  const results: Result[] = []
  const unanswered = new Map<number, { key: string; at: Date }>()
  for (const line of text.split('\n').map(parseLine)) {
    const [result, header] = [resultSchema.safeParse(line).data, planLine.safeParse(line).data]
    const [creating, created] = [creatingLine.safeParse(line).data, createdLine.safeParse(line).data]
    if (result) results.push(result)
    if (header) plan ??= header.plan
    if (creating) unanswered.set(creating.creating, { key: creating.key, at: new Date(creating.at) })
    if (created) unanswered.delete(created.created)
  }
  return { plan, results, unanswered: [...unanswered.values()] }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
