import { PassThrough } from 'node:stream'
import { Connection } from 'jsforce/lib/connection.js'
import { Transport } from 'jsforce/lib/transport.js'
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/common.js'
import { StreamPromise } from 'jsforce/lib/util/promise.js'
import { expect, test } from 'vitest'

/**
 * The internal parts of jsforce that we rely on. This test fails if an upgrade changes one of them. docs/decisions.md
 * says what we use of jsforce, and why not more.
 */

const ADDRESS = 'https://example.my.salesforce.com'

function answer(url: string): HttpResponse {
  const session = { access_token: 'token', instance_url: ADDRESS, id: `${ADDRESS}/id/00D/005` }
  const headers = { 'content-type': 'text/plain', 'sforce-limit-info': 'api-usage=18/5000' }
  const response = { statusCode: 200, headers, body: JSON.stringify(session) }
  return url.endsWith('/token') ? response : Object.assign(response, { body: { is: 'handed on unparsed' } })
}

test('its connection and its login send everything through the given transport', async () => {
  const sent: HttpRequest[] = []
  class Recorder extends Transport {
    override httpRequest(request: HttpRequest) {
      sent.push(request)
      return StreamPromise.create(() => ({
        stream: new PassThrough(),
        promise: Promise.resolve(answer(request.url)),
      }))
    }
  }
  const connection = new Connection({
    loginUrl: ADDRESS,
    version: '62.0',
    oauth2: { clientId: 'client', clientSecret: 'secret', loginUrl: ADDRESS },
  })
  for (const name of ['_transport', '_refreshDelegate']) expect(Object.keys(connection)).toContain(name)
  expect(Object.keys(connection.oauth2)).toContain('_transport')
  connection._transport = new Recorder()
  connection.oauth2._transport = new Recorder()
  connection._refreshDelegate = null

  await connection.authorize({ grant_type: 'client_credentials' })
  expect(await connection.request('/query?q=x')).toEqual({ is: 'handed on unparsed' })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `POST ${ADDRESS}/services/oauth2/token`,
    `GET ${ADDRESS}/services/data/v62.0/query?q=x`,
  ])
  expect(sent[1]?.headers?.Authorization).toBe('Bearer token')
  expect(connection.limitInfo.apiUsage).toEqual({ used: 18, limit: 5000 })
})
