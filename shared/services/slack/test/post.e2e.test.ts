import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { postToSlack } from '../index.ts'

const TEXT = 'No user for <https://example.zendesk.com/organizations/1|Acme & Sons>'

function post(apiUrl: string, context = testContext()) {
  return postToSlack({ token: 'xoxb-secret', channel: 'support_operations', apiUrl }, TEXT, context)
}

test('a text is posted to the channel, and counted', async () => {
  await using server = await startScriptedServer([{ json: { ok: true } }])
  const context = testContext()
  expect(await post(`${server.url}/api`, context)).toEqual({ ok: true })
  const [request] = server.requests
  expect(request).toMatchObject({ method: 'POST', path: '/api/chat.postMessage' })
  expect(request?.headers.authorization).toBe('Bearer xoxb-secret')
  const form = new URLSearchParams(request?.body)
  expect([form.get('channel'), form.get('text')]).toEqual(['support_operations', TEXT])
  expect(context.usage).toEqual({ requests: 1, retries: 0 })
})

test('an error from Slack is returned as data', async () => {
  await using server = await startScriptedServer([{ json: { ok: false, error: 'channel_not_found' } }])
  expect(await post(server.url)).toEqual({
    ok: false,
    code: 'channel_not_found',
    message: 'Slack said channel_not_found',
  })
})

test.each<[string, ScriptedAnswer]>([
  ['429', { status: 429, headers: { 'retry-after': '1' } }],
  ['503', { status: 503 }],
  ['a cut answer', { json: { ok: true, channel: 'C0123456789' }, broken: 'length' }],
  ['HTML', { text: '<html>' }],
])('after %s the post is tried again', async (_, failure) => {
  await using server = await startScriptedServer([failure, { json: { ok: true } }])
  expect(await post(server.url)).toEqual({ ok: true })
})

test.each<[string, ScriptedAnswer]>([
  ['keeps failing', { status: 500 }],
  ['keeps asking to wait', { status: 429, headers: { 'retry-after': '1' } }],
  ['never answers', { broken: 'silent' }],
])('a Slack that %s is a failure after three attempts, without an exception', async (_, failure) => {
  await using server = await startScriptedServer(() => failure)
  const result = await post(server.url, testContext({ attempts: 6, timeoutMs: 250 }))
  expect(result).toMatchObject({ ok: false, code: 'SLACK_UNAVAILABLE' })
  expect(JSON.stringify(result)).toContain('Slack gave no usable answer to POST /chat.postMessage')
  expect(JSON.stringify(result)).not.toContain('secret')
  expect(server.requests).toHaveLength(3)
})

test.each([403, 404])('status %i is a failure, not an exception', async status => {
  await using server = await startScriptedServer([{ status, text: 'no' }])
  expect(await post(server.url)).toMatchObject({ ok: false, code: 'SLACK_UNAVAILABLE' })
})

test('an unreachable Slack is a failure, not an exception', async () => {
  expect(await post('http://127.0.0.1:1/api')).toMatchObject({ ok: false, code: 'SLACK_UNAVAILABLE' })
})

test('importing this module does not load the Slack library', () => {
  const entry = new URL('../index.ts', import.meta.url).href
  const code = `await import(${JSON.stringify(entry)})
    const { createRequire } = await import('node:module')
    console.log(Object.keys(createRequire(import.meta.url).cache).filter(file => file.includes('@slack')).length)`
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' })).toBe(
    '0\n',
  )
})
