import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

const MANY = 30_000

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}

test.each([
  ['compact', (record: unknown) => JSON.stringify(record)],
  ['with spaces', (record: unknown) => JSON.stringify(record, null, 1).replaceAll('\n', ' ')],
])('many organizations without an object take little memory: %s', async (_form, lineOf) => {
  const data = dataDirectory({
    'doubts.json': [],
    'global_accounts.json': [objectOf('global', { salesforce_id: idOf(MANY), name: 'New' })],
  })
  const gathered = createWriteStream(join(data.path, 'zendesk_global.json'))
  for (let n = 0; n < MANY; n += 1) {
    const record = gatheredOrganization('global', n + 1, { salesforce_id: idOf(n) })
    gathered.write(`${n === 0 ? '[' : ','}\n${lineOf(record)}`)
  }
  gathered.end('\n]\n')
  await finished(gathered)
  const { exitCode } = await spawnBin('compare-global', 'compare', ['--data-dir', data.path], {
    NODE_OPTIONS: '--max-old-space-size=60',
  })
  expect(exitCode).toBe(0)
  expect(data.records('global_not_in_sync.json')).toHaveLength(MANY)
})
