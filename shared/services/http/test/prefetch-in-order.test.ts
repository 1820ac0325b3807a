import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { prefetchInOrder } from '../index.ts'

type Page = { source: number; page: number }

/** Sources with some pages each and given delays. They count how many sources are read, and how far. */
function sources(pages: readonly number[], milliseconds: (source: number) => number) {
  const read = pages.map(() => 0)
  let underWay = 0
  let mostUnderWay = 0
  const made = pages.map(
    (count, source) =>
      async function* (): AsyncGenerator<Page> {
        for (let page = 0; page < count; page++) {
          underWay += 1
          mostUnderWay = Math.max(mostUnderWay, underWay)
          await sleep(milliseconds(source))
          underWay -= 1
          read[source] = page + 1
          yield { source, page }
        }
      },
  )
  return { made, read, mostUnderWay: () => mostUnderWay }
}

async function all(pages: AsyncIterable<Page>): Promise<string[]> {
  const taken: string[] = []
  for await (const { source, page } of pages) taken.push(`${source}.${page}`)
  return taken
}

test('pages come in the order of their sources, even if a later source answers first', async () => {
  const { made } = sources([3, 0, 1, 2], source => 20 - 5 * source)
  const taken = await all(prefetchInOrder(made, { sources: 3, pages: 2 }))
  expect(taken).toEqual(['0.0', '0.1', '0.2', '2.0', '3.0', '3.1'])
})

test('sources are read in parallel, up to the limit', async () => {
  const { made, mostUnderWay } = sources([2, 2, 2, 2, 2], () => 10)
  expect((await all(prefetchInOrder(made, { sources: 3, pages: 2 }))).length).toBe(10)
  expect(mostUnderWay()).toBe(3)
})

test('a source whose pages are not taken yet is read a few pages ahead, and then waits', async () => {
  const { made, read } = sources([1, 50, 50], source => (source === 0 ? 100 : 1))
  const pages = prefetchInOrder(made, { sources: 3, pages: 4 })
  await pages.next()
  expect(read).toEqual([1, 4, 4])
  const rest = await all(pages)
  expect(rest.length).toBe(100)
})

test('a failure of a later source ends the read at once, and no source is read further', async () => {
  const { made, read } = sources([20, 20], () => 10)
  async function* failing(): AsyncGenerator<Page> {
    await sleep(15)
    yield Promise.reject(new Error('refused'))
  }
  const taken: Page[] = []
  const pages = prefetchInOrder([...made.slice(0, 1), failing, ...made.slice(1)], { sources: 3, pages: 5 })
  await expect(
    (async () => {
      for await (const page of pages) taken.push(page)
    })(),
  ).rejects.toThrow('refused')
  expect(taken.length).toBeLessThan(5)
  await sleep(40)
  const then = [...read]
  await sleep(60)
  expect(read).toEqual(then)
})

test('nothing more is read when the caller stops', async () => {
  const { made, read } = sources([20, 20], () => 5)
  for await (const { page } of prefetchInOrder(made, { sources: 2, pages: 3 })) if (page === 1) break
  await sleep(30)
  const then = [...read]
  await sleep(40)
  expect(read).toEqual(then)
})
