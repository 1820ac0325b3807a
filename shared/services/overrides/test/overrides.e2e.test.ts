import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { readOverrideText } from '../index.ts'

const YAML = '- salesforce_id: "001"\n  support_level: ultimate # Grüße\n'

/** GitLab's answer for a file: the checksum is in a header. */
function file(text: string, ofText = text): ScriptedAnswer {
  return { text, headers: { 'x-gitlab-content-sha256': createHash('sha256').update(ofText).digest('hex') } }
}

function fromGitlab(gitlabUrl: string, token = 'glpat-secret', context = testContext()) {
  const source = { gitlabUrl, project: 'support/overrides', path: 'data/over rides.yml', ref: 'HEAD', token }
  return readOverrideText(source, context)
}

async function fileWith(content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'overrides-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'overrides.yml'), content)
  return join(folder, 'overrides.yml')
}

test('the raw file of a project is read at its ref, with the token', async () => {
  await using server = await startScriptedServer([file(YAML)])
  expect(await fromGitlab(server.url)).toBe(YAML)
  const [request] = server.requests
  expect(request?.path).toBe(
    '/api/v4/projects/support%2Foverrides/repository/files/data%2Fover%20rides.yml/raw',
  )
  expect(request?.query.get('ref')).toBe('HEAD')
  expect(request?.headers['private-token']).toBe('glpat-secret')
  expect(request?.headers).not.toHaveProperty('job-token')
})

test.each(['glcbt-64_secret', 'eyJhbGciOiJSUzI1NiJ9.x.y'])(
  'a job token (%s) has its own header',
  async token => {
    await using server = await startScriptedServer([file(YAML)])
    await fromGitlab(server.url, token)
    expect(server.requests[0]?.headers['job-token']).toBe(token)
    expect(server.requests[0]?.headers).not.toHaveProperty('private-token')
  },
)

test('a GitLab below a path is called at that path', async () => {
  await using server = await startScriptedServer([file(YAML)])
  await fromGitlab(`${server.url}/gitlab`)
  expect(server.requests[0]?.path).toMatch(/^\/gitlab\/api\/v4\//)
})

test.each<[string, ScriptedAnswer]>([
  ['503', { status: 503 }],
  ['a cut answer', { text: YAML, broken: 'length' }],
  ['chunks cut short', { text: YAML, broken: 'chunked' }],
  ['a body that hangs', { text: YAML, broken: 'hang' }],
])('after %s the file is requested again', async (_, failure) => {
  await using server = await startScriptedServer([failure, file(YAML)])
  expect(await fromGitlab(server.url, 'x', testContext({ timeoutMs: 250 }))).toBe(YAML)
})

test.each<[string, ScriptedAnswer, string]>([
  ['a sign-in page', { text: '\n<!DOCTYPE html><html>' }, 'OVERRIDES_NOT_A_FILE'],
  [
    'any page',
    { text: 'Hello', headers: { 'content-type': 'text/html; charset=utf-8' } },
    'OVERRIDES_NOT_A_FILE',
  ],
  ['an answer that is not from the file API', { json: [] }, 'OVERRIDES_NOT_A_FILE'],
  ['404', { status: 404, json: { message: '404 Project Not Found' } }, 'OVERRIDES_MISSING'],
  ['401', { status: 401 }, 'LOGIN_REFUSED'],
  ['403', { status: 403 }, 'NOT_ALLOWED'],
])('%s is not an override file, and the hint is to check the token', async (_, answer, code) => {
  await using server = await startScriptedServer([answer])
  const problem = await expectedErrorOf(fromGitlab(server.url))
  expect(problem).toMatchObject({ kind: 'bad-input', code })
  expect(problem.next).toContain('OVERRIDES_TOKEN')
  expect(`${problem.message}${problem.next}`).not.toContain('secret')
})

test('a redirect to the sign-in page is an error too', async () => {
  await using server = await startScriptedServer([
    { status: 302, headers: { location: '/users/sign_in' } },
    { text: '<!doctype html>' },
  ])
  expect(await expectedErrorOf(fromGitlab(server.url))).toMatchObject({ code: 'OVERRIDES_NOT_A_FILE' })
})

test('half of a file does not count as the file, although it is a list too', async () => {
  const two = `${YAML}- salesforce_id: "002"\n`
  await using server = await startScriptedServer([file(YAML, two)])
  expect(await expectedErrorOf(fromGitlab(server.url))).toMatchObject({
    kind: 'upstream',
    code: 'INCOMPLETE_READ',
  })
})

test('a GitLab that does not answer is unavailable', async () => {
  await using server = await startScriptedServer(() => ({ status: 502 }))
  expect(await expectedErrorOf(fromGitlab(server.url))).toMatchObject({ kind: 'upstream' })
})

const TOO_LONG = 'x'.repeat(4 * 1024 * 1024 + 1)

test('a file that is too large is refused, local or from GitLab', async () => {
  await using server = await startScriptedServer([file(TOO_LONG)])
  expect(await expectedErrorOf(fromGitlab(server.url))).toMatchObject({ code: 'ANSWER_TOO_LARGE' })
  const local = readOverrideText({ file: await fileWith(TOO_LONG) }, testContext())
  expect(await expectedErrorOf(local)).toMatchObject({ kind: 'bad-input', code: 'OVERRIDES_TOO_LARGE' })
})

test('a local file is read without a request', async () => {
  const context = testContext()
  expect(await readOverrideText({ file: await fileWith(YAML) }, context)).toBe(YAML)
  expect(context.usage.requests).toBe(0)
})

test('the error names a local file that is missing, a folder or not text', async () => {
  const missing = await expectedErrorOf(readOverrideText({ file: '/nowhere/overrides.yml' }, testContext()))
  expect(missing).toMatchObject({ kind: 'bad-input', code: 'OVERRIDES_MISSING' })
  expect(missing.message).toBe('/nowhere/overrides.yml cannot be read (ENOENT)')
  expect(await expectedErrorOf(readOverrideText({ file: tmpdir() }, testContext()))).toMatchObject({
    code: 'OVERRIDES_MISSING',
  })
  const binary = await fileWith(Buffer.from([0xff, 0xfe, 0x00]))
  expect(await expectedErrorOf(readOverrideText({ file: binary }, testContext()))).toMatchObject({
    code: 'OVERRIDES_NOT_TEXT',
  })
})
