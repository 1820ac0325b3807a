import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('importing this module does not load jsforce', () => {
  const entry = new URL('../index.ts', import.meta.url).href
  const code = `await import(${JSON.stringify(entry)})
    const { createRequire } = await import('node:module')
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(loaded.filter(file => file.includes('jsforce')).length)`
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' })).toBe(
    '0\n',
  )
})
