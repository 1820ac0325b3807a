import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { artifacts } from '../../../pipeline/index.ts'
import { newestRun, runsBesideNewest } from '../find-run.ts'
import {
  artifactPath,
  findRun,
  isPipelineRun,
  namesOf,
  pipelineRuns,
  RUN_RECORD,
  readToday,
  recordsWith,
  runsByStart,
} from '../index.ts'

const root = mkdtempSync(join(tmpdir(), 'runs-'))
afterAll(() => rmSync(root, { recursive: true }))

function put(path: string, content: string): string {
  const whole = join(root, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, content)
  return whole
}

const recordSchema = z.object({ salesforce_id: z.string(), name: z.string(), note: z.string().optional() })
const RUN = { dir: join(root, 'one') }
/** An artifact of this test's own. */
const of = (name: string) => ({ producer: 'accounts' as const, name, schema: recordSchema })

describe('one record among many', () => {
  const records = Array.from({ length: 5000 }, (_, index) => ({
    salesforce_id: `001${String(index).padStart(12, '0')}AAA`,
    name: `Company "${index}" Zürich`,
    note: 'x'.repeat(5000),
  }))
  const path = put(
    'one/accounts/large.json',
    `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`,
  )

  test.each([0, 1676, 4999])('is found at any position in the file: record %i', async index => {
    const record = records[index]
    if (!record) throw new Error('no such record')
    expect(await recordsWith(RUN, of('large.json'), record.salesforce_id.slice(0, 15))).toEqual([record])
  })

  test('is not found if no record contains the text, or if there is no file', async () => {
    expect(await recordsWith(RUN, of('large.json'), 'nowhere')).toEqual([])
    expect(await recordsWith(RUN, of('absent.json'), 'nowhere')).toEqual([])
  })

  test('is found in a file that a person formatted', async () => {
    const formatted = put('one/accounts/formatted.json', JSON.stringify(records.slice(0, 3), null, 2))
    expect(await recordsWith(RUN, of('formatted.json'), '001000000000001')).toEqual([records[1]])
    expect((await namesOf(formatted)).map(({ name }) => name)).toEqual(records.slice(0, 3).map(r => r.name))
  })

  test('a truncated file is an error, not an empty result', async () => {
    put('one/accounts/cut.json', '[\n{"salesforce_id":"001000000000001AAA","na')
    await expect(recordsWith(RUN, of('cut.json'), '001000000000001')).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_JSON',
    })
  })

  test('names are read without parsing the records', async () => {
    const named = await namesOf(path)
    expect(named).toHaveLength(5000)
    expect(named[7]).toEqual({
      id: null,
      salesforce_id: records[7]?.salesforce_id,
      sfdc_short_id: null,
      name: records[7]?.name,
    })
  })

  test('a name that contains a line separator is one record', async () => {
    const odd = put('odd.json', '[\n{"id":7,"name":"a\u2028b","salesforce_id":"PRIORITY \\"X\\""}\n]\n')
    expect(await namesOf(odd)).toEqual([
      { id: 7, salesforce_id: 'PRIORITY "X"', sfdc_short_id: null, name: 'a\u2028b' },
    ])
  })
})

describe('a run', () => {
  const runs = join(root, 'runs')
  for (const name of ['2026-11-23T09-00-00.000Z', '2026-11-23T10-00-00.000Z', 'demo/hour-2', 'demo/hour-10'])
    put(`runs/${name}/accounts/salesforce_accounts.json`, '[]\n')
  const at = (name: string, seconds: number) => utimesSync(join(runs, name), seconds, seconds)

  test('is the newest one by default; for the demo, its last hour', () => {
    at('2026-11-23T10-00-00.000Z', 2000)
    at('demo/hour-10', 1000)
    expect(newestRun(runs)).toBe(join(runs, '2026-11-23T10-00-00.000Z'))
    at('demo/hour-10', 3000)
    expect(newestRun(runs)).toBe(join(runs, 'demo/hour-10'))
    expect(newestRun(join(root, 'none'))).toBeUndefined()
  })

  test('is found with the other runs of its directory: after a demo, the demo’s hours', () => {
    at('2026-11-23T10-00-00.000Z', 2000)
    for (const [hour, started_at] of [
      [2, '2026-11-23T12:00:00.000Z'],
      [10, '2026-11-23T20:00:00.000Z'],
    ])
      put(`runs/demo/hour-${hour}/run_record.json`, JSON.stringify({ started_at }))
    at('demo/hour-10', 3000)
    expect(runsBesideNewest(runs)).toEqual([join(runs, 'demo/hour-2'), join(runs, 'demo/hour-10')])
    at('demo/hour-10', 1000)
    expect(runsBesideNewest(runs)).toEqual([
      join(runs, '2026-11-23T09-00-00.000Z'),
      join(runs, '2026-11-23T10-00-00.000Z'),
    ])
    expect(runsBesideNewest(join(root, 'none'))).toEqual([])
  })

  test('that was fetched is sorted by its start; the newest run is the one created or fetched last', () => {
    const fetched = (id: string, started_at: string, seconds: number) => {
      const origin = { project_url: 'https://gitlab.example.com/a/b', run_id: id, started_at, jobs: {} }
      const path = put(`mixed/${id}/fetched.json`, JSON.stringify({ ...origin, fetched_at: started_at }))
      put(`mixed/${id}/run_record.json`, JSON.stringify({ started_at }))
      utimesSync(path, seconds, seconds)
      return join(root, 'mixed', id)
    }
    const mixed = join(root, 'mixed')
    put('mixed/2026-11-23T11-00-00.000Z/x', '')
    utimesSync(join(mixed, '2026-11-23T11-00-00.000Z'), 1000, 1000)
    const later = fetched('200', '2026-11-23T12:00:00.000Z', 2000)
    const earlier = fetched('1000', '2026-11-23T10:00:00.000Z', 3000)
    put('mixed/300/x', 'a folder that is not a run')
    put('mixed/2026-try/x', 'a run that a person named')
    expect(runsByStart(mixed)).toEqual([earlier, join(mixed, '2026-11-23T11-00-00.000Z'), later])
    expect(newestRun(mixed)).toBe(earlier)
    expect(findRun('200', mixed)).toEqual({ dir: later, name: '200' })
    expect(pipelineRuns(mixed)).toEqual([join(mixed, '2026-11-23T11-00-00.000Z')])
  })

  test('is found by its name under runs/ or by its path; an unknown name is an error', () => {
    expect(findRun('last', runs)).toEqual(findRun(undefined, runs))
    expect(findRun('demo/hour-2', runs)).toEqual({ dir: join(runs, 'demo/hour-2'), name: 'demo/hour-2' })
    expect(findRun(join(runs, 'demo'), join(root, 'none')).dir).toBe(join(runs, 'demo'))
    for (const given of ['yesterday', 'demo/hour-3'])
      expect(() => findRun(given, runs)).toThrow(new RegExp(`there is no run ${given}$`))
  })

  test.each([
    ['demo/hour2', 'demo/hour-2'],
    ['latest', 'last'],
  ])('is suggested if a name is misspelt: %s', (given, meant) => {
    expect(() => findRun(given, runs)).toThrow(`there is no run ${given}: did you mean ${meant}?`)
  })

  test('has an artifact in the directory of the stage that wrote it, or of a stage that reads it', () => {
    const run = { dir: join(root, 'handed') }
    const handed = put('handed/processor/salesforce_accounts.json', '[]\n')
    put('handed/partner-sync/salesforce_accounts.json', '[]\n')
    expect(artifactPath(run, artifacts.accounts)).toBe(handed)
    expect(artifactPath(run, artifacts.instances.global.gathered)).toBeUndefined()
  })

  test('has the date by which it decided; for an older run without one, that is the date of the run', () => {
    const summary = {
      bin: 'processor',
      ...{ started_at: '2026-11-23T10:00:00.000Z', ended_at: '2026-11-23T10:00:04.120Z', exit_code: 0 },
      ...{
        dry_run: false,
        records_in: {},
        records_out: {},
        requests: 0,
        retries: 0,
        warnings: [],
        error: null,
      },
    }
    put(
      'dated/processor/summaries/processor.processor.json',
      JSON.stringify({ ...summary, today: '2026-01-15' }),
    )
    put('undated/processor/summaries/processor.processor.json', JSON.stringify(summary))
    const today = (name: string) => readToday({ dir: join(root, name) }, 'processor', 'processor')
    expect([today('dated'), today('undated'), today('none')]).toEqual(['2026-01-15', '2026-11-23', undefined])
  })

  test('is one of the whole pipeline if it has a run record', () => {
    put(`whole/${RUN_RECORD}`, '{}')
    put('alone/processor/global_accounts.json', '[]')
    expect(['whole', 'alone'].map(name => isPipelineRun({ dir: join(root, name) }))).toEqual([true, false])
  })
})
