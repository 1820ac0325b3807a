import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gitlabProject } from '../../../runs/handover/index.ts'
import { readOverrideText } from '../../overrides/index.ts'
import { connectSalesforce } from '../../salesforce/index.ts'
import { postToSlack } from '../../slack/index.ts'
import { connectZendesk } from '../../zendesk/index.ts'
import { exchange, type HttpContext } from '../index.ts'
import { startScriptedServer, testContext } from './scripted-server.ts'

/** Every service's first request. Slack does not throw: this turns its result into an error. */
const SERVICES: readonly [string, (url: string, context: HttpContext) => Promise<unknown>][] = [
  [
    'Salesforce',
    (loginUrl, context) =>
      connectSalesforce({ loginUrl, clientId: 'client', clientSecret: 'a-marked-secret' }, context),
  ],
  [
    'Zendesk',
    (url, context) =>
      Array.fromAsync(
        connectZendesk(
          {
            name: 'Zendesk US Government',
            variables: 'ZENDESK_USGOV',
            url,
            user: 'a@example.com',
            token: 'a-marked-secret',
          },
          context,
        ).users(),
      ),
  ],
  [
    'Slack',
    async (apiUrl, context) => {
      const posted = await postToSlack(
        { token: 'a-marked-secret', channel: 'general', apiUrl },
        'text',
        context,
      )
      if (!posted.ok) throw new Error(posted.message)
    },
  ],
  [
    'GitLab files',
    (gitlabUrl, context) =>
      readOverrideText({ gitlabUrl, project: 'p', path: 'f', ref: 'r', token: 'a-marked-secret' }, context),
  ],
  [
    'GitLab jobs',
    (apiUrl, context) =>
      Array.fromAsync(
        gitlabProject({ apiUrl, projectId: '1', jobToken: 'a-marked-secret' }, context).jobs(['success'], 0),
      ),
  ],
  [
    'GitLab artifacts',
    (apiUrl, context) =>
      gitlabProject({ apiUrl, projectId: '1', jobToken: 'a-marked-secret' }, context).files(
        { id: 1 },
        'folder',
        ['file'],
      ),
  ],
]

const STATUSES = [301, 302, 307, 308]

test.each(SERVICES)('a redirect to another host gets no credentials: %s', async (_, call) => {
  for (const status of STATUSES) {
    await using other = await startScriptedServer(() => ({ json: {} }))
    await using server = await startScriptedServer(() => ({
      status,
      headers: { location: `${other.url}/there` },
    }))
    await call(server.url, testContext()).catch(() => undefined)
    expect(server.requests.length).toBeGreaterThan(0)
    expect(JSON.stringify(server.requests)).toMatch(/marked|authorization/)
    const sent = JSON.stringify(other.requests.map(({ headers, body, path }) => [headers, body, path]))
    expect(sent).not.toMatch(/marked|authorization|token|YS1tYXJrZWQ/i)
  }
})

test.each(SERVICES)('a redirect with a password in it is not followed: %s', async (_, call) => {
  await using server = await startScriptedServer(() => ({
    status: 302,
    headers: { location: 'https://user:hidden@127.0.0.1:9/there' },
  }))
  const said = await call(server.url, testContext()).then(
    () => '',
    error => String(error.message),
  )
  expect(said).not.toBe('')
  expect(said).not.toContain('hidden')
})

test.each(SERVICES)(
  'nothing is sent without encryption, or to an address with a password: %s',
  async (name, call) => {
    // Only the origin of Zendesk's address is used; the settings already refuse a password.
    const withPassword = name === 'Zendesk' ? [] : ['https://user:hidden@example.com']
    for (const url of ['http://example.com', 'http://127.0.0.1.example.com', ...withPassword]) {
      const context = testContext()
      const said = await call(url, context).then(
        () => 'it was called',
        error => String(error.message),
      )
      expect(said).not.toMatch(/it was called|hidden/)
      expect(context.usage.requests).toBe(0)
    }
  },
)

/** Sends zeros until nothing reads them any more. */
let endless: { url: string; close: () => void; sent: () => number }
beforeAll(async () => {
  let sent = 0
  const chunk = Buffer.alloc(64 * 1024, ' ')
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (!response.destroyed) {
        sent += chunk.length
        if (!response.write(chunk)) return
      }
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  endless = {
    url: `http://127.0.0.1:${port}`,
    sent: () => sent,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
})
afterAll(() => endless.close())

const MEGABYTE = 1024 * 1024
const SMALL = SERVICES.filter(([name]) => name !== 'GitLab artifacts')

test.each(SMALL)('an endless answer is cut off and not kept in memory: %s', async (_, call) => {
  const before = { sent: endless.sent(), memory: process.memoryUsage().rss }
  const error = await call(endless.url, testContext({ timeoutMs: 30_000, maxBodyBytes: 8 * MEGABYTE })).then(
    () => undefined,
    thrown => thrown,
  )
  expect(error?.message).toContain('with more than')
  expect(endless.sent() - before.sent).toBeLessThan(40 * MEGABYTE)
  expect(process.memoryUsage().rss - before.memory).toBeLessThan(100 * MEGABYTE)
})

test('a zip that claims to be larger than the memory is not an artifact', async () => {
  const zip = zipSync({ 'folder/file': strToU8('x'.repeat(1_000)) })
  // The unpacked size in the zip's directory: 4 bytes, 24 after the entry's signature.
  const entry = Buffer.from(zip).indexOf('PK\u0001\u0002')
  new DataView(zip.buffer, zip.byteOffset).setUint32(entry + 24, 0x7fffffff, true)
  const server = createServer((_, response) => response.end(zip))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const settings = { apiUrl: `http://127.0.0.1:${port}`, projectId: '1', jobToken: 'a-marked-secret' }
  const project = gitlabProject(settings, testContext())
  const files = await project.files({ id: 1 }, 'folder', ['file'])
  expect(files?.size).toBe(0)
  server.closeAllConnections()
  server.close()
})

test('an answer that quotes its call is returned with the secrets masked', async () => {
  const secret = 'marked "token"/+&\\'
  const headers = { authorization: `Bearer ${secret}`, 'private-token': 'another-one' }
  await using server = await startScriptedServer(request => ({
    json: { quoted: request.headers, address: encodeURIComponent(secret) },
  }))
  const call = {
    service: 'GitLab',
    settings: 'X',
    method: 'GET',
    url: server.url,
    headers,
    safeToRepeat: true,
  }
  const { text, json } = await exchange({ ...call, answer: 'json' }, testContext())
  expect(text).not.toMatch(/marked|another-one/)
  expect(json).toMatchObject({ quoted: { authorization: 'Bearer [secret]', 'private-token': '[secret]' } })
})
