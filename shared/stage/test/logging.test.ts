import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HOSTILE_TEXTS, UNPRINTABLE } from '../../text/test/hostile-texts.ts'

const PROGRAM = `
  process.stderr.isTTY = process.argv[2] === 'terminal'
  const { openLog } = await import(${JSON.stringify(join(import.meta.dirname, '..', 'logging.ts'))})
  const log = await openLog({ stage: 'accounts', bin: 'gather' }, 'debug')
  for (const text of JSON.parse(process.argv[1])) {
    log.info({ text, [text]: [{ deep: text }], next: text }, text)
    log.error({ err: new Error(text) }, 'failed')
  }`

test.each(['terminal', 'file'])('a log on a %s shows no text, key or error raw', kind => {
  const args = ['--input-type=module', '--eval', PROGRAM, JSON.stringify(HOSTILE_TEXTS), kind]
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { NO_COLOR: '1' } })
  const lines = stderr.split('\n')
  expect(lines.length).toBeGreaterThan(2 * HOSTILE_TEXTS.length)
  expect(lines.filter(line => UNPRINTABLE.test(line))).toEqual([])
})
