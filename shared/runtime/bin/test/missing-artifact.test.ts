import { expect, test } from 'vitest'
import { artifacts } from '../../../pipeline/index.ts'
import { ExpectedError } from '../../errors/index.ts'
import { namingWriter } from '../artifact-io.ts'

function nextOf(code: string, environment: Record<string, string> = {}) {
  const thrown = new ExpectedError({
    kind: 'bad-input',
    code,
    message: 'zendesk_usgov.json is missing',
    next: 'Look for it.',
  })
  const given = namingWriter(thrown, artifacts.instances.usgov.gathered, { dataDir: '/data', environment })
  return given instanceof ExpectedError ? given.next : undefined
}

test('what writes a missing artifact is named: a bin alone, or in a run of the pipeline the stage to go on from', () => {
  expect(nextOf('ARTIFACT_MISSING')).toBe(
    'orgs gather_us_government writes it: ./support-sync run-stage orgs gather_us_government --data-dir /data',
  )
  expect(nextOf('ARTIFACT_EMPTY', { RUN_DIR: 'runs/1' })).toBe(
    'orgs gather_us_government writes it: ./support-sync run-pipeline --from orgs --run-dir runs/1',
  )
})

test.each([
  ['ARTIFACT_NOT_JSON', 'orgs gather_us_government writes it: ./support-sync'],
  [
    'ARTIFACT_RECORD_INVALID',
    'docs/artifacts.md lists its attributes. orgs gather_us_government writes it: ./support-sync',
  ],
])('%s, which writing the artifact anew mends, names what writes it too', (code, next) => {
  expect(nextOf(code)).toMatch(new RegExp(`^${next}`))
})

test('any other problem keeps its own next step', () => {
  expect(nextOf('ARTIFACT_NOT_A_LIST')).toBe('Look for it.')
})
