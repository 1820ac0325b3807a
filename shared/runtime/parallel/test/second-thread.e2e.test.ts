import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ExpectedError } from '../../errors/index.ts'
import { batchesOfThread } from '../index.ts'

type Count = { n: number; bytes: Uint8Array }
type Input = { to: number; counter?: SharedArrayBuffer; thenThrow?: 'expected' | 'other' }

const count = (input: Input, signal?: AbortSignal) =>
  batchesOfThread<Count>(new URL('counting-thread.ts', import.meta.url), input, signal)

test('a thread posts its batches, in their order', async () => {
  const counts = await Array.fromAsync(count({ to: 50 }))
  expect(counts.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  expect(counts[6]?.bytes).toEqual(Uint8Array.of(7))
  expect(await Array.fromAsync(count({ to: 0 }))).toEqual([])
})

test('an expected error of a thread keeps its kind, code and texts', async () => {
  const seen: number[] = []
  const reading = async () => {
    for await (const { n } of count({ to: 3, thenThrow: 'expected' })) seen.push(n)
  }
  const error = await reading().catch(thrown => thrown)
  expect(error).toBeInstanceOf(ExpectedError)
  expect(error).toMatchObject({
    kind: 'bad-input',
    code: 'ARTIFACT_EMPTY',
    message: 'a.json is empty',
    next: 'Write it.',
  })
  expect(seen).toEqual([1, 2, 3])
})

test('any other error of a thread is thrown too', async () => {
  await expect(Array.fromAsync(count({ to: 1, thenThrow: 'other' }))).rejects.toThrow('a bug')
})

test('a thread stops if its batches are not read to the end', async () => {
  const counter = new SharedArrayBuffer(4)
  for await (const { n } of count({ to: 1_000_000, counter })) if (n === 2) break
  const counted = new Uint32Array(counter)
  const [atBreak] = counted
  expect(atBreak).toBeGreaterThan(1)
  await setTimeout(100)
  expect(counted[0]).toBe(atBreak)
})

test('a thread stops when its signal aborts', async () => {
  const counter = new SharedArrayBuffer(4)
  const stop = new AbortController()
  const reading = Array.fromAsync(count({ to: 1_000_000, counter }, stop.signal))
  const counted = new Uint32Array(counter)
  while (counted[0] === 0) await setTimeout(1)
  stop.abort()
  await expect(reading).rejects.toThrow('aborted')
  const [atAbort] = counted
  await setTimeout(100)
  expect(counted[0]).toBe(atAbort)
})

test('a thread does not start if its signal has aborted', async () => {
  await expect(Array.fromAsync(count({ to: 1 }, AbortSignal.abort()))).rejects.toThrow('aborted')
})
