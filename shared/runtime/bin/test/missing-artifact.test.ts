import { expect, test } from 'vitest'
import { artifacts } from '../../../pipeline/index.ts'
import { badInput, ExpectedError } from '../../errors/index.ts'
import { withWriterHint } from '../artifact-io.ts'

function nextOf(code: string, environment: Record<string, string> = {}) {
  const thrown = badInput(code, {
    message: 'zendesk_usgov.json is missing',
    next: 'Look for it.',
  })
  const given = withWriterHint(thrown, artifacts.instances.usgov.gathered, { dataDir: '/data', environment })
  return given instanceof ExpectedError ? given.next : undefined
}

test('the hint names the writer of a missing artifact: a single bin, or in a pipeline run the stage to resume from', () => {
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
])('%s, which writing the artifact again corrects, also names the writer', (code, next) => {
  expect(nextOf(code)).toMatch(new RegExp(`^${next}`))
})

test('any other error keeps its own hint', () => {
  expect(nextOf('ARTIFACT_NOT_A_LIST')).toBe('Look for it.')
})
