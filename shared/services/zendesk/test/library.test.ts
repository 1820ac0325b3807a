import zendesk from 'node-zendesk'
import { expect, test } from 'vitest'

/** The internal part of node-zendesk that we rely on; see docs/decisions.md. */
test('a sub-client has a transporter that uses the given transport function', async () => {
  const sent: string[] = []
  const client = zendesk.createClient({
    endpointUri: 'https://example.zendesk.com/api/v2',
    oauth: true,
    token: 'any',
    throwOriginalException: true,
    transportConfig: {
      transportFn: async (url: string, { method }: { method: string }) => {
        sent.push(`${method} ${url}`)
        return { status: 200 }
      },
      responseAdapter: () => ({
        json: async () => ({ count: 1 }),
        status: 200,
        headers: { get: () => 'application/json' },
        statusText: 'OK',
      }),
    },
  })
  const { result } = await client.organizations.transporter.request('GET', ['organizations', 'count'])
  expect(sent).toEqual(['GET https://example.zendesk.com/api/v2/organizations/count.json'])
  expect(result).toEqual({ count: 1 })
})
