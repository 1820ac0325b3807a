import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Effect, type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { MARKED_SECRETS, SECRETS_OF_A_RUN, secretsIn, secretsUnder } from '@support-sync/fixtures/secrets'
import { buildWorld } from '@support-sync/fixtures/world'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Runs the real bins with recognizable secrets and the most verbose log. Nothing that they write contains a secret. */

const TODAY = '2026-11-23'
const ROOT = join(import.meta.dirname, '..', '..')

let sandbox: Sandbox
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  await mkdir(join(folder, 'tmp'))
  sandbox = await startSandbox(buildWorld(TODAY), { credentials: MARKED_SECRETS })
})
afterAll(async () => {
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
})

test('a full run writes no secret, and only the owner can read its files, for any umask', {
  timeout: 180_000,
}, async () => {
  const run = await runProgram(['cli/run-pipeline.ts', '--run-dir', join(folder, 'run'), ...DEBUG], '000')
  expect([0, 4]).toContain(run.exitCode)
  // The stages sent their writes, so there was something to leak.
  expect(sandbox.slack.messages.length).toBeGreaterThan(0)
  expect(sandbox.slack.messages.flatMap(({ text }) => secretsIn(text, SECRETS_OF_A_RUN))).toEqual([])
  expect(secretsIn(run.output, SECRETS_OF_A_RUN)).toEqual([])
  expect(await secretsUnder(folder, SECRETS_OF_A_RUN)).toEqual([])
  expect(await readableByOthers(join(folder, 'run'))).toEqual([])
})

const ECHOES: Effect[] = [400, 401, 403, 422].flatMap(status => [
  { kind: 'echo', status, form: 'json' },
  { kind: 'echo', status, form: 'html' },
])
const BINS = [
  ['salesforce', 'accounts', 'gather', '/services/oauth2/token'],
  ['salesforce', 'accounts', 'gather', '/query'],
  ['global', 'orgs', 'gather_global', ''],
  ['gitlab', 'processor', 'processor', ''],
  ['global', 'sync-global', 'sync', '/organizations'],
  ['slack', 'sync-global', 'sync', ''],
  ['usgov', 'sync-usgov', 'sync', '/organizations'],
  ['usgov', 'usgov-user-sync', 'sync', '/users'],
] as const

test('a run writes no secret even if a service quotes the request in its error', {
  timeout: 180_000,
}, async () => {
  const outputs: string[] = []
  for (const [index, [service, stage, bin, path]] of BINS.entries()) {
    const data = join(folder, `echo-${index}`)
    await mkdir(data)
    await putInputs(stage, data)
    // Each status and format once.
    const effect = ECHOES[index]
    if (!effect) throw new Error('there are more bins than kinds of echo')
    sandbox[service].controls.fail({ path, effect })
    const run = await runProgram([`packages/${stage}/bin/${bin}.ts`, '--data-dir', data, ...DEBUG])
    sandbox[service].controls.clearFaults()
    outputs.push(run.output)
    expect({ index, found: secretsIn(run.output, SECRETS_OF_A_RUN) }).toEqual({ index, found: [] })
    expect(run.exitCode === 1 ? run.output : '').toBe('')
  }
  expect(await secretsUnder(folder, SECRETS_OF_A_RUN)).toEqual([])
  // The output has the quoted requests, without their secrets.
  expect(outputs.join('\n')).toContain('[secret]')
})

const DEBUG = ['--today', TODAY, '--log-level', 'debug']

/** Runs with an umask and its own folder for temporary files. */
async function runProgram(args: readonly string[], umask = '022') {
  const child = spawn('sh', ['-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, TMPDIR: join(folder, 'tmp'), ...sandbox.environment },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  }
  const exitCode = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { exitCode, output }
}

/** The artifacts that this stage got in the first run. */
async function putInputs(stage: string, data: string): Promise<void> {
  const from = join(folder, 'run', stage)
  const names = (await readdir(from)).filter(
    name => name.endsWith('.json') && !/results|manifest|job/.test(name),
  )
  for (const name of names)
    await writeFile(join(data, name), await readFile(join(from, name)), { mode: 0o600 })
}

async function readableByOthers(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name))
  expect(paths.length).toBeGreaterThan(50)
  const modes = await Promise.all(paths.map(async at => ({ at, mode: (await stat(at)).mode })))
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ at }) => at)
}
