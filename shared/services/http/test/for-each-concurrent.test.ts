import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { forEachConcurrent } from '../for-each-concurrent.ts'

const NUMBERS = Array.from({ length: 40 }, (_, index) => index)
const always = () => {}

/** Work that takes a moment, and records what is in flight together with it. */
function watched(most: { together: number }) {
  const underWay = new Set<number>()
  return async (item: number) => {
    underWay.add(item)
    most.together = Math.max(most.together, underWay.size)
    await pause(item % 3)
    underWay.delete(item)
  }
}

test('as many items are in flight as allowed, and never more', async () => {
  const most = { together: 0 }
  await forEachConcurrent(NUMBERS, { concurrency: 8, throwIfStopped: always }, watched(most))
  expect(most.together).toBe(8)
})

test('two items with a common key are never in flight together, and keep their order', async () => {
  const [begun, shared]: [number[], string[]] = [[], []]
  const underWay = new Set<string>()
  const keysOf = (item: number) => [`name ${item % 5}`, `user ${item % 7}`]
  await forEachConcurrent(NUMBERS, { concurrency: 8, throwIfStopped: always, keysOf }, async item => {
    begun.push(item)
    shared.push(...keysOf(item).filter(key => underWay.has(key)))
    for (const key of keysOf(item)) underWay.add(key)
    await pause(item % 3)
    for (const key of keysOf(item)) underWay.delete(key)
  })
  expect(shared).toEqual([])
  expect(begun).toEqual(NUMBERS)
})

test('after a failure no further item starts, and items in flight finish first', async () => {
  const ended: number[] = []
  const work = async (item: number) => {
    if (item === 4) throw new Error('the fifth')
    await pause(5)
    ended.push(item)
  }
  await expect(forEachConcurrent(NUMBERS, { concurrency: 8, throwIfStopped: always }, work)).rejects.toThrow(
    'the fifth',
  )
  expect(ended.length).toBeGreaterThanOrEqual(4)
  expect(Math.max(...ended)).toBeLessThan(9)
})

test('after throwIfStopped throws no further item starts, and items in flight finish first', async () => {
  const ended: number[] = []
  let asked = 0
  const throwIfStopped = () => {
    asked += 1
    if (asked > 10) throw new Error('too late')
  }
  const work = async (item: number) => {
    await pause(2)
    ended.push(item)
  }
  await expect(forEachConcurrent(NUMBERS, { concurrency: 4, throwIfStopped }, work)).rejects.toThrow(
    'too late',
  )
  expect(ended.toSorted((one, other) => one - other)).toEqual(NUMBERS.slice(0, 10))
})
