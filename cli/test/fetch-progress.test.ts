import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fetchProgress } from '../fetch-run/progress.ts'

/** What `fetch-run` shows during a download. */

beforeEach(() => {
  vi.stubEnv('CI', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

function stream(isTTY: boolean) {
  const written: string[] = []
  const one = { isTTY: isTTY as true, columns: 80, write: (text: string) => written.push(text) > 0 }
  const last = () =>
    stripVTControlCharacters(written.at(-1) ?? '')
      .trim()
      .split(/[\r\n]+/)
  return { one, written, last }
}

test('on a terminal: the progress of the archive and of the whole download, and a line per finished archive', () => {
  const { one, written, last } = stream(true)
  let now = 0
  const { watch, done } = fetchProgress(one, { archives: 2, bytes: 3_000_000 }, () => now)
  watch.onStart({ name: 'sync-global', size: 1_000_000 })
  now = 1000
  watch.onBytes(400_000)
  expect(last()).toEqual(['0 of 2 archives, 400 kB of 3.0 MB, 1.0 s', '  sync-global  400 kB of 1.0 MB'])
  const before = written.length
  watch.onBytes(400_001)
  expect(written).toHaveLength(before)
  watch.onBytes(1_000_000)
  watch.onChecked({ name: 'sync-global', isVerified: true })
  expect(last()).toEqual(['1 of 2 archives, 1.0 MB of 3.0 MB, 1.0 s'])
  expect(written.at(-2)).toBe('  sync-global  1.0 MB, checked\n')
  watch.onStart({ name: 'processor', size: null })
  watch.onChecked({ name: 'processor', isVerified: false })
  expect(written.at(-2)).toBe('  processor  0 bytes, not checked: the stage stopped without a manifest\n')
  done()
  expect(written.at(-1)).toMatch(/\[J$/)
})

test('elsewhere: only a line per finished archive', () => {
  const { one, written } = stream(false)
  const { watch, received, done } = fetchProgress(one, { archives: 1, bytes: 10 })
  watch.onStart({ name: 'orgs gather_global', size: 10 })
  watch.onBytes(10)
  watch.onChecked({ name: 'orgs gather_global', isVerified: true })
  done()
  expect(written).toEqual(['  orgs gather_global  10 bytes, checked\n'])
  expect(received()).toEqual({ archives: 1, bytes: 10 })
})
