import { expect, test } from 'vitest'
import { type DataDirectory, dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { gatheredOrganization, objectOf } from '../../../runtime/bin/test/records.ts'
import { EXIT } from '../../../runtime/errors/index.ts'
import { UpstreamError } from '../../../services/http/index.ts'
import type { Zendesk } from '../../../services/zendesk/index.ts'
import { scriptedZendesk, updateMany } from './scripted-zendesk.ts'
import { runSync, syncTo } from './sync-run.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const idOf = (n: number) => `001${String(n).padStart(12, '0')}AAA`
const gathered = (n: number) =>
  gatheredOrganization('usgov', n, { salesforce_id: idOf(n), name: `Company ${n}` })
const shown = (n: number) => ({ name: `Company ${n}`, organization_fields: { salesforce_id: idOf(n) } })

/** A plan of this many updates and marks. */
function planOf(updates: number, marks = 0): DataDirectory {
  return dataDirectory({
    'zendesk_usgov.json': many(20_000).map(gathered),
    'usgov_creates.json': [],
    'usgov_updates.json': many(updates).map(n => ({
      id: n,
      ...objectOf('usgov', { salesforce_id: idOf(n), name: `Company ${n}` }),
      changes: { support_hold: { from: false, to: true } },
    })),
    'usgov_not_in_sync.json': many(marks).map(gathered),
  })
}

/** Fails at each request with one of these ids. Records the sizes of all requests. */
function failingAt(bad: readonly number[]) {
  const requests: number[] = []
  return {
    requests,
    async ask(ids: readonly number[]): Promise<void> {
      requests.push(ids.length)
      if (!ids.some(id => bad.includes(id))) return
      throw new UpstreamError({
        ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'Zendesk answered 500', next: 'Try again.' },
        ...{ status: 500, mayHaveActed: true },
      })
    },
  }
}
const run = (data: DataDirectory, script: Partial<Zendesk>) =>
  runSync(data, syncTo(scriptedZendesk(script, { organization: shown })))

function failingWrites(bad: readonly number[]) {
  const { requests, ask } = failingAt(bad)
  const { updateOrganizations } = updateMany()
  const script: Partial<Zendesk> = {
    async updateOrganizations(items) {
      await ask(items.map(({ id }) => id))
      return updateOrganizations(items)
    },
  }
  return { requests, script }
}

test.each([
  ['one in each half', 40, [5, 35]],
  ['the first and the last', 40, [1, 40]],
  ['the first, the last and one between', 40, [1, 20, 40]],
  ['one in each of three batches', 1000, [150, 450, 750]],
  ['the first of each of three batches', 1000, [101, 401, 701]],
])('only the bad records fail: %s', async (_, count, bad) => {
  const { requests, script } = failingWrites(bad)
  const { exitCode, results } = await run(planOf(count), script)
  expect(exitCode).toBe(EXIT.someRecordsFailed)
  const failed = results?.filter(({ status }) => status === 'failed')
  expect(failed?.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))).toEqual(bad)
  expect(failed?.every(({ code }) => code === 'UPSTREAM_REFUSED')).toBe(true)
  expect(results).toHaveLength(count)
  // Per bad record up to four requests at each of the steps from 100 records to one.
  expect(requests.length).toBeLessThanOrEqual(10 + 24 * bad.length)
})

test('only the bad marks fail, if Zendesk fails at reading them before', async () => {
  const { ask } = failingAt([5, 35])
  const { updateOrganizations } = updateMany()
  const { exitCode, results } = await run(planOf(0, 40), {
    updateOrganizations,
    async showOrganizations(ids) {
      await ask(ids)
      return ids.map(id => ({
        id,
        ...shown(id),
        organization_fields: { ...shown(id).organization_fields, mark_for_deletion: true },
      }))
    },
  })
  expect(exitCode).toBe(EXIT.someRecordsFailed)
  expect(results?.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual([5, 35])
  expect(results).toHaveLength(40)
})

test('an outage is found after three failed requests of a batch, in each round', async () => {
  const { requests, script } = failingWrites(many(40))
  const { problem } = await run(planOf(40), script)
  expect(problem).toMatchObject({ kind: 'upstream', code: 'UPSTREAM_UNAVAILABLE' })
  expect(requests).toEqual([40, 1, 1, 38, 1, 1])
})
