import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { emptySalesforce, smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterEach, beforeEach, expect, test } from 'vitest'

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox({ ...smallWorld('2026-11-23'), salesforce: emptySalesforce() })
})
afterEach(() => sandbox.close())

async function gather(bin: string) {
  const data = dataDirectory()
  return spawnBin('usgov-user-sync', bin, ['--data-dir', data.path], sandbox.environment)
}

test.each([
  ['deleted', () => sandbox.usgov.userFields.remove('not_in_sfdc')],
  [
    'inactive',
    () => {
      sandbox.usgov.userFields.get('not_in_sfdc').active = false
    },
  ],
  [
    'of another type',
    () => {
      sandbox.usgov.userFields.get('not_in_sfdc').type = 'text'
    },
  ],
])(
  'users are not gathered if the field not_in_sfdc is %s, because no user could be marked',
  async (_, change) => {
    change()
    const { exitCode, failure } = await gather('zendesk_users_gather')
    expect(exitCode).toBe(2)
    expect(failure).toMatchObject({ code: 'FIELDS_CHANGED', message: expect.stringContaining('not_in_sfdc') })
    expect(sandbox.usgov.controls.counts()).not.toHaveProperty('GET /api/v2/users')
  },
)

test.each(['salesforce_id', 'sfdc_short_id', 'mark_for_deletion'])(
  'the users’ organizations are not gathered without the field %s',
  async key => {
    sandbox.usgov.organizationFields.remove(key)
    const { exitCode, failure } = await gather('zendesk_orgs_gather')
    expect([exitCode, failure.code]).toEqual([2, 'FIELDS_CHANGED'])
  },
)

test('a field that users’ organizations do not need is ignored', async () => {
  sandbox.usgov.organizationFields.remove('support_level')
  expect((await gather('zendesk_orgs_gather')).exitCode).toBe(0)
})
