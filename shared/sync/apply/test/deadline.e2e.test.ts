import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSandbox } from '../../../../fixtures/sandbox/index.ts'
import { buildWorld, emptySalesforce } from '../../../../fixtures/world/index.ts'
import { RUN_MINUTES, STAGES } from '../../../pipeline/index.ts'
import { spawnBin } from '../../../runtime/bin/test/index.ts'

const ARTIFACTS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'artifacts')
/** Each bin that writes. The tests start it with the start time of its run, as its job does. */
const WRITERS = STAGES.flatMap(({ stage, instance, bins }) =>
  bins.filter(({ syncs }) => syncs).map(({ bin }) => ({ stage, instance, bin })),
)
/** The remaining time of a run: enough for a bin to start on a busy machine. */
const LEFT_MS = 15_000

/** A sandbox, and what writes to it. */
async function start() {
  const dataDir = await mkdtemp(join(tmpdir(), 'deadline-'))
  const { global, usgov } = buildWorld('2026-01-15')
  const ofContact = { id: 360012000006, name: 'Of the contact', organization_fields: {} }
  const sandbox = await startSandbox({
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: { ...usgov, organizations: [ofContact], users: [] },
    overrides: '[]',
  })
  return {
    sandbox,
    /** Runs a bin on its example artifacts, in a run that started this long ago. */
    async write({ stage, bin }: (typeof WRITERS)[number], agoMs: number) {
      await cp(join(ARTIFACTS, stage), dataDir, { recursive: true })
      const RUN_STARTED_AT = new Date(Date.now() - agoMs).toISOString()
      const args = ['--data-dir', dataDir, '--today', '2026-01-15']
      const run = await spawnBin(stage, bin, args, { ...sandbox.environment, RUN_STARTED_AT })
      const results: { action: string; status: string }[] = JSON.parse(
        await readFile(join(dataDir, 'sync_results.json'), 'utf8').catch(() => '[]'),
      )
      return { exitCode: run.exitCode, code: run.failure?.code, results }
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

const MINUTE_MS = 60_000

test('four bins write', () => {
  expect(WRITERS.map(({ stage }) => stage)).toEqual([
    'sync-global',
    'partner-sync',
    'sync-usgov',
    'usgov-user-sync',
  ])
})

test.each(WRITERS)('$stage writes nothing in a run that started 46 minutes ago', async writer => {
  await using started = await start()
  const { sandbox, write } = started
  const late = await write(writer, (RUN_MINUTES + 1) * MINUTE_MS)
  expect(late).toEqual({ exitCode: 3, code: 'RUN_TOO_LONG', results: [] })
  expect([...sandbox.global.controls.writes, ...sandbox.usgov.controls.writes]).toEqual([])
})

// Side by side: each waits for its deadline.
test.concurrent.each(WRITERS)(
  '$stage finishes its current write when the time runs out, and begins no other',
  async writer => {
    await using started = await start()
    const { sandbox, write } = started
    const { controls } = sandbox[writer.instance ?? 'global']
    controls.fail({
      method: 'POST',
      path: /\/(organizations|users)/,
      effect: { kind: 'latency', milliseconds: LEFT_MS },
    })
    const run = await write(writer, RUN_MINUTES * MINUTE_MS - LEFT_MS + 1_000)
    expect({ exitCode: run.exitCode, code: run.code }).toEqual({ exitCode: 3, code: 'RUN_TOO_LONG' })
    expect(run.results.filter(({ status }) => status === 'written').map(({ action }) => action)).toEqual([
      'create',
    ])
    const paths = controls.writes.map(({ method, url }) => `${method} ${url}`)
    expect(paths).toEqual([expect.stringMatching(/^POST .*\/(organizations|users)/)])
  },
  60_000,
)
