import { openSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { dataDirectory, gatheredOrganization, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

/** The peak memory in kilobytes, written when the program ends; see `maxRSS` of process.resourceUsage. */
const PRINT_MEMORY = `data:text/javascript,import{isMainThread}from'node:worker_threads';isMainThread&&process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS+'\\n'))`
const MEGABYTE = 1024 * 1024

test.each([
  ['of one line', (file: number) => writeSync(file, '[{"id":')],
  [
    'of records, then one line',
    (file: number) => writeSync(file, `[\n${JSON.stringify(gatheredOrganization('usgov', 1))},\n{"id":`),
  ],
])('an artifact of 2 GB %s is refused at once, with little memory', async (_, begin) => {
  const data = dataDirectory({
    'doubts.json': '[]\n',
    'usgov_accounts.json': '[]\n',
    'zendesk_usgov.json': '',
  })
  const path = join(data.path, 'zendesk_usgov.json')
  begin(openSync(path, 'w'))
  // A sparse file has 2 GB to read, but takes no space on the disk.
  truncateSync(path, 2048 * MEGABYTE)
  const { exitCode, failure, stderr } = await spawnBin(
    'compare-usgov',
    'compare',
    ['--data-dir', data.path],
    {
      NODE_OPTIONS: `--import="${PRINT_MEMORY}"`,
    },
  )
  expect(statSync(path).size).toBe(2048 * MEGABYTE)
  expect(exitCode).toBe(2)
  expect(failure.code).toBe('ARTIFACT_TOO_LARGE')
  const kilobytes = Number(/maxRSS=(\d+)/.exec(stderr)?.[1])
  expect(kilobytes / 1024).toBeGreaterThan(20)
  expect(kilobytes / 1024).toBeLessThan(300)
})
