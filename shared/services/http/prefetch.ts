import { setImmediate as nextTurn } from 'node:timers/promises'

/** Hands pages on one by one, the next already asked for while the present one is worked on. */
export function prefetch<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  return prefetchInOrder([() => pages], { sources: 1, pages: 1 })
}

/** How far ahead is read: how many sources are open together, and how many pages of each wait to be taken. */
export type Ahead = { sources: number; pages: number }

type Source<Page> = () => AsyncIterable<Page>
type Lane<Page> = { ready: Page[]; isRead: boolean; failure?: { error: unknown } }

/**
 * Hands on all pages of one source, then those of the next, while the sources behind are read ahead. Which source
 * answers first changes nothing in the order. Throws what a source throws, of one behind at once, and then reads no
 * further page.
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
        // fetch frees its connection in one turn and writes to it in the next: work begun before would hold the request up.
        // One turn more, for what reads on is awake only after this.
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
