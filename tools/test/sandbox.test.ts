import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const PROGRAM = join(import.meta.dirname, '..', 'sandbox.ts')

function run(...options: string[]): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, '--today', '2026-03-04', ...options])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function textUntil(child: ChildProcess, end: string): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes(end)) break
  }
  return text
}

test('prints variables that open its servers, only comments besides, and ends at Ctrl-C', async () => {
  const child = run()
  const text = await textUntil(child, 'Ctrl-C ends it')
  const lines = text.trim().split('\n')
  const exports = lines.flatMap(line => {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })
  expect(lines.filter(line => !line.startsWith('#'))).toHaveLength(exports.length)

  const environment = new Map(exports)
  const url = environment.get('ZENDESK_USGOV_URL')
  const granted = await fetch(`${url}/oauth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: environment.get('ZENDESK_USGOV_CLIENT_ID'),
      client_secret: environment.get('ZENDESK_USGOV_CLIENT_SECRET'),
      scope: 'read',
    }),
  })
  const { access_token } = z.object({ access_token: z.string() }).parse(await granted.json())
  const answer = await fetch(`${url}/api/v2/organizations.json?page[size]=1`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  expect(await answer.json()).toMatchObject({ organizations: [{ id: expect.any(Number) }] })

  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('refuses a day that is none', async () => {
  const child = run('--today', 'tomorrow')
  expect(await once(child, 'exit')).toEqual([2, null])
})
