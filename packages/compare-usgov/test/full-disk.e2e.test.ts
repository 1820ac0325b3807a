import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dataDirectory, gatheredOrganization, objectOf } from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

const COMPARE = join(import.meta.dirname, '..', 'bin', 'compare.ts')
/** The maximum file size, as on a full disk: 16 blocks of 512 or 1,024 bytes, depending on the shell. */
const LIMITED = 'ulimit -f 16; exec "$0" "$@"'

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}

test('a bin leaves none of its artifacts if the disk is full for one of them', () => {
  const objects = Array.from({ length: 100 }, (_, n) =>
    objectOf('usgov', { salesforce_id: idOf(n), name: `Company ${n}` }),
  )
  const inputs = {
    'doubts.json': [],
    'zendesk_usgov.json': [gatheredOrganization('usgov', 1, { salesforce_id: idOf(0) })],
    'usgov_accounts.json': objects,
  }
  const data = dataDirectory(inputs)
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', LIMITED, process.execPath, COMPARE, '--data-dir', data.path],
    { encoding: 'utf8', env: {} },
  )
  expect(status).toBe(2)
  expect(stderr).toContain('"code":"DISK_FULL"')
  expect(stderr).toContain('"next":"Free space on the disk')
  expect(stderr).toContain(`write '${join(data.path, '.usgov_creates.json.')}`)
  const left = readdirSync(data.path).filter(name => !name.startsWith('.compare.lock'))
  expect(left.sort()).toEqual(['summaries', ...Object.keys(inputs)].sort())
})
