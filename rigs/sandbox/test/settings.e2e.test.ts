import { startSandbox } from '@support-sync/fixtures/sandbox'
import { readWorldFile } from '@support-sync/fixtures/world'
import { expect, onTestFinished, test } from 'vitest'
import { optionsOf, setClocks } from '../settings.ts'

test('the servers follow the settings of a world file', async () => {
  const { world, settings } = readWorldFile({
    settings: {
      alliance_account_id: '001PL0000000009AAA',
      clock_ahead_ms: -86_400_000,
      page_sizes: { zendesk: 1 },
      zendesk_requests_per_minute: 1,
    },
    global: {
      organizations: [
        { id: 1, name: 'Acme' },
        { id: 2, name: 'Birch' },
      ],
      support_addresses: ['support@acme.example'],
    },
  })
  const sandbox = await startSandbox(world, optionsOf(settings))
  onTestFinished(() => sandbox.close())
  setClocks(sandbox, settings)
  expect([...sandbox.global.users.supportAddresses]).toEqual(['support@acme.example'])
  expect(sandbox.environment.ALLIANCE_ACCOUNT_ID).toBe('001PL0000000009AAA')

  const { ZENDESK_GLOBAL_USER, ZENDESK_GLOBAL_TOKEN } = sandbox.apiTokenEnvironment
  const login = Buffer.from(`${ZENDESK_GLOBAL_USER}/token:${ZENDESK_GLOBAL_TOKEN}`).toString('base64')
  const list = () =>
    fetch(`${sandbox.global.url}/api/v2/organizations?page[size]=100`, {
      headers: { authorization: `Basic ${login}` },
    })
  const first = await list()
  expect(await first.json()).toMatchObject({ organizations: [{ id: 1 }], meta: { has_more: true } })
  expect(Date.parse(first.headers.get('date') ?? '')).toBeLessThan(Date.now() - 86_000_000)
  expect((await list()).status).toBe(429)
})

test('a file without settings keeps every default', () => {
  expect(optionsOf({})).toEqual({ salesforce: { pages: {} }, zendesk: {} })
})
