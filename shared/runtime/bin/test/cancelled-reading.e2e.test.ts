import { expect, test } from 'vitest'
import { z } from 'zod'
import { dataDirectory, openTestContext } from './index.ts'

test.each(['read', 'readAgain'] as const)('a cancelled job stops while it reads: %s', async how => {
  const data = dataDirectory({ 'zendesk_usgov.json': [{ id: 1 }] })
  const cancel = new AbortController()
  const { context } = openTestContext(data, { signal: cancel.signal })
  const schema = z.object({ id: z.int() })
  const batches = {
    read: () => context.read('zendesk_usgov.json', schema),
    readAgain: () => context.readAgain('zendesk_usgov.json', schema, () => true),
  }[how]()
  cancel.abort()
  await expect(Array.fromAsync(batches)).rejects.toMatchObject({ code: 'CANCELLED' })
})
