import type { AttributeValues } from '../../domain/index.ts'
import { brief } from '../../runtime/text/index.ts'
import { UpstreamError } from '../../services/http/index.ts'
import type { Refusal } from '../../services/zendesk/index.ts'
import { inHalves } from './in-halves.ts'
import type { RequestFailure, WriteKind } from './upstream.ts'
import type { Records, WritingRun } from './writing.ts'

/** The values that were sent to Zendesk for a record. */
export type Sent = { id: number; values: AttributeValues }

/** How a record differs from what was written. */
export type Difference = {
  attributes: string[]
  sentence: string
  /** Why the record could not be compared. */
  refusal?: Refusal
}

type Stored = Readonly<Record<string, unknown>>

/**
 * Reads written records again, and returns how they differ from what was sent, by id. Zendesk may not show a job's writes
 * at once, so it reads a differing record again after a while.
 */
export async function readBack(
  written: readonly Sent[],
  kind: WriteKind,
  records: Records,
  run: WritingRun,
): Promise<Map<number, Difference>> {
  const first = await differencesOf(written, kind, records, run)
  if (first.size === 0) return first
  await run.settle()
  const again = written.filter(({ id }) => first.has(id))
  return differencesOf(again, kind, records, run)
}

async function differencesOf(
  written: readonly Sent[],
  kind: WriteKind,
  records: Records,
  run: WritingRun,
): Promise<Map<number, Difference>> {
  const found = new Map<number, Difference>()
  const current = await currentRecords(
    written.map(({ id }) => id),
    kind,
    records,
    run,
  )
  for (const { id, values } of written) {
    const now = current.get(id)
    const difference =
      now === undefined
        ? gone()
        : 'refusal' in now
          ? unknown(now.refusal)
          : differenceOf(values, now.record, records)
    if (difference) found.set(id, difference)
  }
  return found
}

export type CurrentRecord<Shown = Stored> = { record: Shown } | { refusal: Refusal }

/** Current records by id, up to 100. A deleted one is missing; one that could not be read has a refusal. */
export async function currentRecords<Shown>(
  ids: readonly number[],
  kind: WriteKind,
  { read }: { read: (ids: readonly number[]) => Promise<ReadonlyMap<number, Shown>> },
  { upstream }: Pick<WritingRun, 'upstream'>,
): Promise<Map<number, CurrentRecord<Shown>>> {
  const notShown = ({ status, message }: RequestFailure): CurrentRecord<Shown> => ({
    refusal: { status, code: 'UPSTREAM_REFUSED', message },
  })
  try {
    let last: RequestFailure | undefined
    const { answers, rest, end } = await inHalves<number, [number, CurrentRecord<Shown>]>(ids, {
      async ask(piece) {
        const found = await read(piece)
        upstream.shown()
        return {
          answers: [...found].map(([id, record]): [number, CurrentRecord<Shown>] => [id, { record }]),
        }
      },
      failedAlone: (id, problem) => [id, notShown(problem)],
      failed(problem, inARow) {
        last = problem
        upstream.failed(kind, problem, inARow)
      },
      // In an outage, it would take hours to halve down to single records.
      mayContinue: () => last === undefined || !upstream.isSetAside(kind),
    })
    if (end) throw end.error
    const problem = last
    return new Map([...answers, ...(problem ? rest.map(id => [id, notShown(problem)] as const) : [])])
  } catch (error) {
    // The run was cancelled, or its token is no longer valid.
    if (!(error instanceof UpstreamError)) throw error
    return new Map(ids.map(id => [id, notShown(error)]))
  }
}

function differenceOf(values: AttributeValues, stored: Stored, { isEqual }: Records): Difference | undefined {
  const different = Object.entries(values).filter(
    ([attribute, sent]) => !isEqual(attribute, sent, stored[attribute]),
  )
  if (different.length === 0) return undefined
  return {
    attributes: different.map(([attribute]) => attribute),
    sentence: different
      .map(([attribute, sent]) => `${attribute}: sent ${shown(sent)}, stored ${shown(stored[attribute])}`)
      .join('; '),
  }
}

function shown(value: unknown): string {
  return brief(JSON.stringify(value ?? null))
}

function gone(): Difference {
  const message = 'it no longer exists'
  return { attributes: [], sentence: message, refusal: { status: null, code: 'RECORD_GONE', message } }
}

/** The difference of a written record that could not be read back. */
export function unknown({ status, message }: Pick<Refusal, 'status' | 'message'>): Difference {
  const sentence = `it was written but could not be read back: ${message}`
  return { attributes: [], sentence, refusal: { status, code: 'RESULT_UNKNOWN', message: sentence } }
}
