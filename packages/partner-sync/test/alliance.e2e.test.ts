import { startSandbox } from '@support-sync/fixtures/sandbox'
import { smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, runProgram } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'

test('an ALLIANCE_ACCOUNT_ID without an account stops the stage before it could mark the alliance partner', async () => {
  const sandbox = await startSandbox(smallWorld('2026-11-23'), { allianceAccountId: '001ZZ0000000000AAA' })
  onTestFinished(() => sandbox.close())
  const data = dataDirectory()
  const args = ['partner-sync', '--data-dir', data.path]
  const { exitCode, failure } = await runProgram('cli/run-stage.ts', args, sandbox.environment)
  expect([exitCode, failure.code]).toEqual([2, 'ALLIANCE_NOT_FOUND'])
  expect(failure.message).toContain('001ZZ0000000000AAA')
  expect(data.has('salesforce_accounts.json')).toBe(false)
  expect(sandbox.global.controls.writes).toEqual([])
})
