import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const BINS = STAGES.flatMap(({ stage, bins }) => bins.map(({ bin }) => `${stage}/bin/${bin}.ts`))

test('no bin loads jsforce when it starts, and only three bins connect to Salesforce', () => {
  const code = `process.argv = [process.argv[0], 'bin', '--help']
    for (const bin of ${JSON.stringify(BINS)}) await import(${JSON.stringify(`${ROOT}/packages/`)} + bin)
    const { createRequire } = await import('node:module')
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.error(JSON.stringify({ all: loaded.length, jsforce: loaded.filter(file => file.includes('jsforce')) }))`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  })
  const { all, jsforce } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
  expect(all).toBeGreaterThan(0)
  expect(jsforce).toEqual([])
  const connecting = BINS.filter(bin =>
    readFileSync(join(ROOT, 'packages', bin), 'utf8').includes('connectSalesforce'),
  )
  expect(connecting).toEqual([
    'accounts/bin/gather.ts',
    'partner-sync/bin/salesforce.ts',
    'usgov-user-sync/bin/salesforce.ts',
  ])
})
