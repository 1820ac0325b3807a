import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HOSTILE_TEXTS, UNPRINTABLE } from '../../text/test/hostile-texts.ts'

const PROGRAM = `
  process.stderr.isTTY = process.argv[2] === 'terminal'
  const { openLog } = await import(${JSON.stringify(join(import.meta.dirname, '..', 'logging.ts'))})
  const log = await openLog({ stage: 'accounts', bin: 'gather' }, 'debug', { NO_COLOR: process.argv[3] })
  for (const text of JSON.parse(process.argv[1])) {
    log.info({ text, [text]: [{ deep: text }], next: text }, text)
    log.error({ err: new Error(text) }, 'failed')
  }`

/** How a log shows some texts on standard error. */
function logged(texts: readonly string[], kind: string, noColor = '1'): string {
  const args = ['--input-type=module', '--eval', PROGRAM, JSON.stringify(texts), kind, noColor]
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: {} }).stderr
}

test.each(['terminal', 'file'])('a log on a %s shows no text, key or error unescaped', kind => {
  const lines = logged(HOSTILE_TEXTS, kind).split('\n')
  expect(lines.length).toBeGreaterThan(2 * HOSTILE_TEXTS.length)
  expect(lines.filter(line => UNPRINTABLE.test(line))).toEqual([])
})

test('a log on a terminal has colours, unless NO_COLOR is set', () => {
  expect(logged(['a text'], 'terminal', '')).toContain('\u001b[')
  expect(logged(['a text'], 'terminal', '1')).not.toContain('\u001b[')
})
