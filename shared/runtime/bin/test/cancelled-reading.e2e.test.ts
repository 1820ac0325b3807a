import { expect, test } from 'vitest'
import { artifacts } from '../../../pipeline/index.ts'
import { dataDirectory, gatheredOrganization, openTestContext } from './index.ts'

test.each(['read', 'workOn'] as const)('a cancelled job stops while it reads: %s', async how => {
  const data = dataDirectory({ 'zendesk_usgov.json': [gatheredOrganization('usgov', 1)] })
  const cancel = new AbortController()
  const { context } = openTestContext(data, { signal: cancel.signal })
  const { gathered } = artifacts.instances.usgov
  const work = {
    module: import.meta.url,
    name: 'work',
    begin: () => ({ schema: gathered.schema, run: (records: Iterable<unknown>) => [...records].length }),
  }
  const parts: AsyncIterable<unknown> = {
    read: () => context.artifacts.read(gathered),
    workOn: () => context.artifacts.workOn(gathered, work, null),
  }[how]()
  cancel.abort()
  await expect(Array.fromAsync(parts)).rejects.toMatchObject({ code: 'CANCELLED' })
})
