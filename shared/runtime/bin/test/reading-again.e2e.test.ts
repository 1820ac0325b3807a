import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { artifacts } from '../../../pipeline/index.ts'
import { dataDirectory, gatheredOrganization, openTestContext } from './index.ts'

test('an artifact that is gone when it is read again is an error with the command that writes it', async () => {
  const data = dataDirectory({ 'zendesk_usgov.json': [gatheredOrganization('usgov', 1)] })
  const { context } = openTestContext(data)
  const { gathered } = artifacts.instances.usgov
  const readNumbers = context.artifacts.readAgain(gathered, () => undefined)
  expect(await readNumbers([1])).toMatchObject([{ id: 1 }])
  rmSync(join(data.path, gathered.name))
  await expect(readNumbers([1])).rejects.toMatchObject({
    code: 'ARTIFACT_MISSING',
    next: expect.stringContaining('run-stage orgs gather_us_government'),
  })
})
