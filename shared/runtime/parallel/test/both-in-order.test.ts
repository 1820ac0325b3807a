import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { bothInOrder } from '../index.ts'

async function after<Value>(ms: number, value: Value): Promise<Value> {
  await setTimeout(ms)
  if (value instanceof Error) throw value
  return value
}

test('both values are returned', async () => {
  expect(await bothInOrder(after(5, 1), after(0, 'two'))).toEqual([1, 'two'])
})

test('the error of the first promise is thrown, even if the other one failed earlier', async () => {
  await expect(bothInOrder(after(5, new Error('one')), after(0, new Error('two')))).rejects.toThrow('one')
  await expect(bothInOrder(after(5, 1), after(0, new Error('two')))).rejects.toThrow('two')
})
