import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { badInput } from '../../errors/index.ts'
import { postBatches } from '../index.ts'

const inputSchema = z.object({
  to: z.number(),
  counter: z.instanceof(SharedArrayBuffer).optional(),
  thenThrow: z.enum(['expected', 'other']).optional(),
})

await postBatches(async function* (input) {
  const { to, counter = new SharedArrayBuffer(4), thenThrow } = inputSchema.parse(input)
  const counted = new Uint32Array(counter)
  for (let n = 1; n <= to; n += 1) {
    // Other work of the thread runs in between, as with a file.
    await setTimeout(1)
    counted[0] = n
    yield { n, bytes: Uint8Array.of(n) }
  }
  if (thenThrow === 'expected')
    throw badInput('ARTIFACT_EMPTY', { message: 'a.json is empty', next: 'Write it.' })
  if (thenThrow === 'other') throw new TypeError('a bug')
})
