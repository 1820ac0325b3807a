import { setImmediate as nextTurn } from 'node:timers/promises'

/** Yields pages one by one, and requests the next page while the caller works on the current one. */
export function prefetch<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  return prefetchInOrder([() => pages], { sources: 1, pages: 1 })
}

/** How far to read ahead: the number of open sources, and of waiting pages per source. */
export type Ahead = { sources: number; pages: number }

type Source<Page> = () => AsyncIterable<Page>
type Lane<Page> = { ready: Page[]; isRead: boolean; failure?: { error: unknown } }

/**
 * Yields all pages of one source, then those of the next, and reads later sources ahead. The order does not depend on
 * which source answers first. If the current source fails, throws its error after its pages; if a later one fails,
 * throws at the next page. Then requests no further page.
 */
export async function* prefetchInOrder<Page>(
  sources: readonly Source<Page>[],
  ahead: Ahead,
): AsyncGenerator<Page> {
  const waiting = [...sources]
  const lanes: Lane<Page>[] = []
  let isOver = false
  let changed = Promise.withResolvers<void>()

  function wake(): void {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  function open(source: Source<Page>): Lane<Page> {
    const lane: Lane<Page> = { ready: [], isRead: false }
    void read(lane, source)
    return lane
  }

  async function read(lane: Lane<Page>, source: Source<Page>): Promise<void> {
    try {
      for await (const page of source()) {
        lane.ready.push(page)
        wake()
        while (lane.ready.length >= ahead.pages && !isOver) await changed.promise
        if (isOver) return
      }
    } catch (error) {
      lane.failure = { error }
    }
    lane.isRead = true
    wake()
  }

  try {
    for (;;) {
      while (lanes.length < ahead.sources) {
        const source = waiting.shift()
        if (!source) break
        lanes.push(open(source))
      }
      const [lane, ...behind] = lanes
      if (!lane) return
      for (const { failure } of behind) if (failure) throw failure.error
      if (lane.ready.length > 0) {
        const taken = lane.ready.splice(0, 1)
        wake()
        // fetch frees its connection in one turn and writes to it in the next. Work that starts earlier would delay the
        // request. The third turn lets the reader wake up.
        await nextTurn()
        await nextTurn()
        await nextTurn()
        yield* taken
      } else if (lane.failure) throw lane.failure.error
      else if (lane.isRead) lanes.shift()
      else await changed.promise
    }
  } finally {
    isOver = true
    wake()
  }
}
