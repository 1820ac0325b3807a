import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { hostileJson, spoiled } from '../../../services/http/test/hostile-server.ts'
import { openJournal } from '../journal.ts'

const RESULT = { action: 'mark', key: 'k', id: 1, status: 'written', http_status: 200, error: null }
const LINES = [
  { plan: 'p' },
  { creating: 1, key: 'k', at: '2026-11-23T10:00:00.000Z' },
  { created: 1 },
  RESULT,
]

test('a journal skips unknown lines, and no line can name a file outside the directory', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(hostileJson, ...LINES.map(spoiled)), { maxLength: 6 }), lines => {
      const data = dataDirectory({
        'sync_results.journal.jsonl': lines.map(line => JSON.stringify(line) ?? '').join('\n'),
      })
      const journal = openJournal(data.path, 'another-plan', () => new Date('2026-11-23'))
      if (journal.setAside !== undefined) expect(join(journal.setAside, '..')).toBe(data.path)
      for (const { status } of journal.results)
        expect(['written', 'recognised', 'skipped', 'failed']).toContain(status)
    }),
    { numRuns: 100 },
  )
})
