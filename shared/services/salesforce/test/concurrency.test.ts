import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { limitConcurrency } from '../concurrency.ts'

test('the functions that wait start by their place, then in their order', async () => {
  const inTurn = limitConcurrency(2)
  const started: string[] = []
  const run = (name: string, place?: number) =>
    inTurn(async () => {
      started.push(name)
      await setTimeout(1)
    }, place)
  await Promise.all([run('a', 9), run('b', 9), run('c', 2), run('d', 1), run('e', 2), run('f'), run('g', 1)])
  expect(started).toEqual(['a', 'b', 'f', 'd', 'g', 'c', 'e'])
})

test('no more functions run at a time, even if some fail', async () => {
  const inTurn = limitConcurrency(3)
  let running = 0
  let most = 0
  const run = (number: number) =>
    inTurn(async () => {
      running += 1
      most = Math.max(most, running)
      await setTimeout(number % 3)
      running -= 1
      if (number % 4 === 0) throw new Error(`no ${number}`)
      return number
    }, number % 5)
  const ended = await Promise.allSettled(Array.from({ length: 40 }, (_, number) => run(number)))
  expect(most).toBe(3)
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(10)
})
