import { expect, test } from 'vitest'
import { artifacts } from '../../../pipeline/index.ts'
import { dataDirectory, gatheredOrganization, openTestContext } from './index.ts'

test.each(['read', 'readAgain'] as const)('a cancelled job stops while it reads: %s', async how => {
  const data = dataDirectory({ 'zendesk_usgov.json': [gatheredOrganization('usgov', 1)] })
  const cancel = new AbortController()
  const { context } = openTestContext(data, { signal: cancel.signal })
  const { gathered } = artifacts.instances.usgov
  const reading = {
    read: () => Array.fromAsync(context.artifacts.read(gathered)),
    readAgain: () => context.artifacts.readAgain(gathered, () => undefined)([1]),
  }[how]
  cancel.abort()
  await expect(reading()).rejects.toMatchObject({ code: 'CANCELLED' })
})
