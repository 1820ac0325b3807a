import { expect, test } from 'vitest'
import { screenOf } from '../../../runtime/terminal/index.ts'
import { resultLines } from '../sync-text.ts'

const PLAIN = screenOf({}, {})

test.each([
  ['written', '✓'],
  ['recognised', '✓'],
  ['skipped', '·'],
  ['owed', '·'],
  ['failed', '✗'],
] as const)('a result that is %s has the sign %s', (status, sign) => {
  const record = { key: '001EX000000001AYAQ', id: 5, attributes: [] }
  const result = { ...record, action: 'notify' as const, status, http_status: null, code: null, error: null }
  expect(resultLines([result], PLAIN)).toEqual([expect.stringMatching(`^ *${sign} +notify ${status}`)])
})
