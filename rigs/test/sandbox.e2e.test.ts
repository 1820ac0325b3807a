import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { differenceOf } from './examples.ts'

const PROGRAM = join(import.meta.dirname, '..', 'sandbox.ts')
const PAGE = 'fixtures/sandbox/README.md'

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

function exportsOf(text: string): [string, string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const [, name, value = ''] = /^export (\w+)='(.*)'$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value]]
  })
}

function fileWith(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'world-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'world.json')
  writeFileSync(path, text)
  return path
}

test('prints the variables for its servers, puts all else in comments, and ends at Ctrl-C', async () => {
  const child = run()
  const text = await textUntil(child, 'Ctrl-C stops the sandbox')
  const lines = text.trim().split('\n')
  const exports = exportsOf(text)
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

test('refuses an invalid date', async () => {
  const child = run('--today', 'tomorrow')
  expect(await once(child, 'exit')).toEqual([2, null])
})

test('starts from a world that it printed, with edited settings', async () => {
  const options = { maxBuffer: 16 * 1024 * 1024 }
  const printed = await promisify(execFile)(
    process.execPath,
    [PROGRAM, '--today', '2026-03-04', '--print-world'],
    options,
  )
  const world = z
    .looseObject({
      settings: z.looseObject({ today: z.literal('2026-03-04') }),
      salesforce: z.looseObject({ Account: z.array(z.unknown()).min(10) }),
      usgov: z.looseObject({ users: z.array(z.unknown()) }),
    })
    .parse(JSON.parse(printed.stdout))
  world.settings.controlled_end_user_email = 'other@support.example'
  world.settings.clock_ahead_ms = 86_400_000
  const child = run('--world', fileWith(JSON.stringify(world)))
  const environment = new Map(exportsOf(await textUntil(child, 'Ctrl-C stops the sandbox')))
  expect(environment.get('CONTROLLED_END_USER_EMAIL')).toBe('other@support.example')
  const answer = await fetch(`${environment.get('ZENDESK_USGOV_URL')}/sandbox/users`)
  expect(Date.parse(answer.headers.get('date') ?? '')).toBeGreaterThan(Date.now() + 86_000_000)
  expect(await answer.json()).toMatchObject({ count: world.usgov.users.length })
})

test.each([
  ['{ "global": { "users": [{ "id": 1 }] } }', 'WORLD_INVALID', 'global.users[0].name: '],
  ['{ "global": ', 'WORLD_UNREADABLE', 'is not valid JSON'],
])('refuses a world that is wrong, and says where: %s', async (text, code, place) => {
  const child = run('--world', fileWith(text))
  let said = ''
  child.stderr?.on('data', chunk => {
    said += chunk
  })
  expect(await once(child, 'close')).toEqual([2, null])
  expect(said).toContain(code)
  expect(said).toContain(place)
  expect(said).toContain('--print-world')
})

test('refuses a world file that does not exist', async () => {
  expect(await once(run('--world', join(tmpdir(), 'no-such-world.json')), 'exit')).toEqual([2, null])
})

test('the admin examples in the README match what the servers answer', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', PAGE), 'utf8')
  const [, world = ''] = /^```json\n(.*?)^```/ms.exec(page) ?? []
  const child = run('--world', fileWith(world))
  const env = {
    ...process.env,
    ...Object.fromEntries(exportsOf(await textUntil(child, 'Ctrl-C stops the sandbox'))),
  }
  const lines = page.split('\n')
  const examples = lines.flatMap((command, at) => {
    const [, shown] = /^#> (.*)$/.exec(lines[at + 1] ?? '') ?? []
    return shown === undefined ? [] : [{ page: PAGE, line: at + 1, command, shown: [shown] }]
  })
  expect(examples.length).toBeGreaterThan(10)
  expect(examples).toHaveLength(lines.filter(line => line.startsWith('curl ')).length)
  for (const example of examples) {
    const { stdout } = await promisify(execFile)('sh', ['-euc', example.command], { env })
    const difference = differenceOf(example, stdout)
    if (difference !== undefined) expect.fail(difference)
  }
})
