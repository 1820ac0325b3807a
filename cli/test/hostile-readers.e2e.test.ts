import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { protectedOrganization, readOverrides, readPlans } from '@support-sync/shared/domain'
import { findStage } from '@support-sync/shared/pipeline'
import { folderStore, pullInputs } from '@support-sync/shared/runs/handover'
import { filesOfRecord, readRunRecord, readStage } from '@support-sync/shared/runs/record'
import { dataDirectory } from '@support-sync/shared/runtime/bin/test'
import { UNPRINTABLE } from '@support-sync/shared/runtime/text/test'
import { endsWell, hostileJson, spoiled } from '@support-sync/shared/services/http/test'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Any content of a file that we read gives a value or an `ExpectedError`. */

const PLANS = { edu: ['A', 'B'], oss: ['C'] }
const OVERRIDES = [
  { salesforce_id: '001EX000000001AYAQ', expiration_date: '2027-01-31', seats: 5, reason: 'x' },
]
const PROTECTED = ['001EX000000001AYAQ', 5, null]

test.each<[string, unknown, (content: unknown) => unknown]>([
  ['plans', PLANS, content => readPlans(content, 'plans.yml')],
  ['overrides', OVERRIDES, content => readOverrides(content, 'overrides.yml')],
  ['protected ids', PROTECTED, content => protectedOrganization(content, 'protected_ids.yml')],
])('%s', async (_, right, read) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostileJson, spoiled(right)), content => endsWell(async () => read(content))),
    { numRuns: 300 },
  )
})

const SUMMARY = {
  bin: 'compare',
  started_at: '2026-11-23T10:00:00.000Z',
  ended_at: '2026-11-23T10:00:04.120Z',
  exit_code: 0,
  dry_run: false,
  records_in: { a: 1 },
  records_out: {},
  requests: 0,
  retries: 0,
  warnings: [{ code: 'X', message: 'y', keys: ['k'] }],
  error: { code: 'X', message: 'y', next: 'z' },
}

test('summaries, job records and run records: invalid ones show nothing, valid ones are printable', () => {
  const stage = findStage('compare-global')
  if (!stage) throw new Error('no such stage')
  fc.assert(
    fc.property(fc.oneof(hostileJson, spoiled(SUMMARY), fc.string()), content => {
      const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
      const { error, summaries } = readStage(stage, new Map(filesOfRecord(stage).map(name => [name, bytes])))
      const texts = [
        error?.message,
        error?.next,
        ...summaries.flatMap(({ warnings }) => warnings.flatMap(w => w.keys)),
      ]
      expect(texts.join('')).not.toMatch(UNPRINTABLE)
      readRunRecord(bytes)
    }),
    { numRuns: 200 },
  )
})

const MANIFEST = {
  run_id: 'run',
  commit: null,
  stage: 'processor',
  files: { 'usgov_accounts.json': { size: 2, sha256: 'x' } },
}

test('a manifest', async () => {
  const stage = findStage('compare-usgov')
  if (!stage) throw new Error('no such stage')
  const { path } = dataDirectory()
  for (const producer of ['orgs', 'processor']) mkdirSync(join(path, producer))
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostileJson, spoiled(MANIFEST)), async content => {
      for (const producer of ['orgs', 'processor']) {
        writeFileSync(join(path, producer, 'manifest.json'), JSON.stringify(content) ?? '')
        writeFileSync(join(path, producer, 'usgov_accounts.json'), '[]')
        writeFileSync(join(path, producer, 'zendesk_usgov.json'), '[]')
      }
      await endsWell(() =>
        pullInputs(stage, join(path, 'to'), folderStore(path), () => ({ id: 'run', commit: null })),
      )
    }),
    { numRuns: 100 },
  )
})
