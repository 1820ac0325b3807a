import { existsSync, readdirSync } from 'node:fs'
import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  startProgram,
} from '@support-sync/shared/runtime/bin/test'
import { expect, test, vi } from 'vitest'

test('a cancelled compare ends with 75, says so, and leaves only its summary', async () => {
  const many = Array.from({ length: 40_000 }, (_, n) => `001${String(n).padStart(12, '0')}AAA`)
  const data = dataDirectory({
    'doubts.json': [],
    'zendesk_usgov.json': [gatheredOrganization('usgov', 1)],
    'usgov_accounts.json': `[\n${many
      .map(salesforce_id => JSON.stringify(objectOf('usgov', { salesforce_id, name: salesforce_id })))
      .join(',\n')}\n]`,
  })
  const { kill, ended } = startProgram('packages/compare-usgov/bin/compare.ts', ['--data-dir', data.path])
  // It listens for signals as soon as it has the lock on its data directory.
  await vi.waitFor(() => expect(existsSync(`${data.path}/.compare.lock.holder`)).toBe(true), {
    timeout: 25_000,
    interval: 2,
  })
  kill('SIGTERM')
  expect(await ended).toMatchObject({ exitCode: 75, failure: { code: 'CANCELLED' } })
  const left = readdirSync(data.path).filter(name => !name.startsWith('.compare.lock'))
  expect(left.sort()).toEqual(['doubts.json', 'summaries', 'usgov_accounts.json', 'zendesk_usgov.json'])
  expect(data.summary('compare-usgov.compare')).toMatchObject({ exit_code: 75, error: { code: 'CANCELLED' } })
})
