import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterAll, beforeAll, expect, test } from 'vitest'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox(smallWorld('2026-11-23'))
})
afterAll(() => sandbox.close())

async function gatherAt(minutes: number) {
  sandbox.global.controls.setClock(minutes * 60_000)
  const data = dataDirectory()
  return {
    ...(await spawnBin('orgs', 'gather_global', ['--data-dir', data.path], sandbox.environment)),
    data,
  }
}

test('a clock that differs from Zendesk’s stops the gather, in either direction', async () => {
  for (const minutes of [30, -30]) {
    const { exitCode, failure, data } = await gatherAt(minutes)
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'CLOCK_OFF' })
    expect(failure.message).toContain('Zendesk Global says')
    expect(data.has('zendesk_global.json')).toBe(false)
  }
})

test('a difference of a few minutes does not stop it', async () => {
  for (const minutes of [7, -7]) expect((await gatherAt(minutes)).exitCode).toBe(0)
})
