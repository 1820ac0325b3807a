import { expect, test } from 'vitest'
import type { Result } from '../../../domain/index.ts'
import { stoppedByGuard } from '../../../runtime/errors/index.ts'
import { UpstreamError } from '../../../services/http/index.ts'
import type { ItemResult } from '../../../services/zendesk/index.ts'
import { writeItems } from '../write-items.ts'
import type { Records, RecordWrite } from '../writing.ts'
import { connectedRun } from './scripted-zendesk.ts'

const WRITES = Array.from(
  { length: 40 },
  (_, index): RecordWrite => ({
    ...{ action: 'update', key: `key ${index + 1}`, id: index + 1 },
    values: { support_hold: true },
  }),
)
const ENDED = stoppedByGuard('RUN_TOO_LONG', { message: 'the time has ended', next: 'Run it again.' })

/** Records of which the 17th fails at each request. */
function manyRecords(given: Partial<Records> = {}) {
  const stored = new Set<number>()
  const records: Records = {
    async send(items) {
      if (items.some(({ id }) => id === 17))
        throw new UpstreamError({
          ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'Zendesk answered 500', next: 'Try again.' },
          ...{ status: 500, mayHaveActed: true },
        })
      for (const { id } of items) stored.add(id)
      return items.map(({ id }): ItemResult => ({ id, outcome: 'written' }))
    },
    read: async ids => new Map(ids.map(id => [id, { support_hold: stored.has(id) }])),
    isEqual: (_, sent, current) => sent === current,
    named: () => [],
    mark: 'mark_for_deletion',
    inOrder: attributes => [...attributes],
    ...given,
  }
  return { records, stored }
}

/** A run that may begin this many requests, and what it recorded. */
function endingRun(requests: number) {
  const recorded: Result[] = []
  let begun = 0
  const run = connectedRun({
    record: async added => void recorded.push(...added),
    throwIfStopped() {
      begun += 1
      if (begun > requests) throw ENDED
    },
  })
  return { run, recorded }
}
const idsOf = (results: readonly Result[]) =>
  results.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))

test.each([1, 2, 4, 6, 9])(
  'a run that ends after %i requests of a batch records what it wrote',
  async requests => {
    const { records, stored } = manyRecords()
    const { run, recorded } = endingRun(requests)
    await expect(writeItems(WRITES, 'updates', records, run)).rejects.toBe(ENDED)
    expect(idsOf(recorded)).toEqual([...stored].sort((a, b) => a - b))
    expect(recorded.every(({ status }) => status === 'written')).toBe(true)
  },
)

test('if Zendesk refuses the read-back, what it accepted is recorded before the run ends', async () => {
  const { run, recorded } = endingRun(100)
  const { records, stored } = manyRecords({ read: () => Promise.reject(ENDED) })
  await expect(writeItems(WRITES, 'updates', records, run)).rejects.toBe(ENDED)
  const unknown = recorded.filter(({ code }) => code === 'RESULT_UNKNOWN')
  expect(idsOf(unknown)).toEqual([...stored].sort((a, b) => a - b))
  expect(stored.size).toBe(39)
  expect(recorded).toContainEqual(expect.objectContaining({ id: 17, code: 'UPSTREAM_REFUSED' }))
})

test('if Zendesk refuses a later request of a batch, what it accepted before is recorded', async () => {
  const { run, recorded } = endingRun(100)
  const { records, stored } = manyRecords()
  const { send } = records
  const refusing: Records = {
    ...records,
    send: async items => {
      if (stored.size > 10) throw ENDED
      return send(items)
    },
  }
  await expect(writeItems(WRITES, 'updates', refusing, run)).rejects.toBe(ENDED)
  expect(stored.size).toBeGreaterThan(10)
  expect(idsOf(recorded)).toEqual([...stored].sort((a, b) => a - b))
})
