import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { prefetch } from '../index.ts'

/** Three pages. Records when each is requested. */
async function* pages(log: string[], failing = 0): AsyncGenerator<number> {
  for (const page of [1, 2, 3]) {
    log.push(`ask ${page}`)
    if (page === failing) throw new Error(`page ${page} failed`)
    yield page
  }
}

test('the next page is requested before the caller works on the current one, and no page after it', async () => {
  const log: string[] = []
  for await (const page of prefetch(pages(log))) log.push(`work ${page}`)
  expect(log).toEqual(['ask 1', 'ask 2', 'work 1', 'ask 3', 'work 2', 'work 3'])
})

test('the request for the next page is sent before the caller works on the current one', async () => {
  const log: string[] = []
  // Like fetch: its connection becomes free in one turn, and is written to in the next.
  async function* slowlySent() {
    for (const page of [1, 2]) {
      await nextTurn()
      await nextTurn()
      log.push(`sent ${page}`)
      yield page
    }
  }
  for await (const page of prefetch(slowlySent())) log.push(`work ${page}`)
  expect(log).toEqual(['sent 1', 'sent 2', 'work 1', 'work 2'])
})

test('a page that fails throws after the pages before it', async () => {
  const log: string[] = []
  const read = async () => {
    for await (const page of prefetch(pages(log, 3))) log.push(`work ${page}`)
  }
  await expect(read()).rejects.toThrow('page 3 failed')
  expect(log.at(-1)).toBe('work 2')
})

test('a caller that stops in the middle leaves no unhandled failure', async () => {
  const log: string[] = []
  for await (const page of prefetch(pages(log, 2))) {
    log.push(`work ${page}`)
    break
  }
  await new Promise(resolve => setImmediate(resolve))
  expect(log).toEqual(['ask 1', 'ask 2', 'work 1'])
})
