import { setImmediate as nextTurn } from 'node:timers/promises'

/** Hands pages on one by one, the next already asked for while the present one is worked on. */
export async function* prefetch<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]()
  let coming = iterator.next()
  for (;;) {
    const { done, value } = await coming
    if (done) return
    coming = iterator.next()
    // Its failure is told above, when its turn has come; until then it is not an unhandled one.
    coming.catch(() => {})
    // fetch frees its connection in one turn and writes to it in the next: work begun before would hold the request up.
    await nextTurn()
    await nextTurn()
    yield value
  }
}
