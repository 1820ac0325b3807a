import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { result } from '../index.ts'
import { organizationWriter } from '../organization-writer.ts'
import { connectedRun, scriptedZendesk } from './scripted-zendesk.ts'

const KEY = '001000000000001AAA'

/** A writer whose results reach the disk only when `flush` is called, and a list of what it has done. */
function slowDisk() {
  const disk = Promise.withResolvers<void>()
  const done: string[] = []
  const zendesk = scriptedZendesk({
    createOrganization: async ({ name }) => {
      done.push(`create ${name}`)
      return name === 'Taken'
        ? { outcome: 'exists', existing: { id: 8, name, organization_fields: { salesforce_id: KEY } } }
        : { outcome: 'created', id: 7 }
    },
  })
  const writer = organizationWriter(
    {
      instance: 'usgov',
      attributes: [],
      afterCreate: async (_zendesk, _object, id, record) => {
        done.push(`look for users of ${id}`)
        await record([result({ action: 'associate', key: KEY, id: 5 }, 'written')])
        done.push('post to Slack')
      },
    },
    zendesk,
    { warn: () => {} },
    connectedRun({ record: () => disk.promise }),
  )
  return { writer, done, flush: disk.resolve, fail: disk.reject }
}

const creating = (name: string) => ({
  salesforce_id: KEY,
  name,
  support_level: 'gold',
  expiration_date: null,
})
const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
}

test.each([
  ['New', 7],
  ['Taken', 8],
])('a create (%s) is on disk before the request that follows it', async (name, id) => {
  const { writer, done, flush } = slowDisk()
  const created = writer.create(creating(name), 1)
  await turns()
  expect(done).toEqual([`create ${name}`])
  flush()
  await created
  expect(done).toEqual([`create ${name}`, `look for users of ${id}`, 'post to Slack'])
})

test('if a result cannot be written to disk, its write fails and nothing follows', async () => {
  const full = new Error('no space left on device')
  const { writer, done, fail } = slowDisk()
  const failing = writer.create(creating('New'), 1)
  fail(full)
  await expect(failing).rejects.toBe(full)
  expect(done).toEqual(['create New'])
})
