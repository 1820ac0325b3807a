import { expect, test } from 'vitest'
import { type Artifact, artifacts, createKey, findStage, STAGES, writerOf } from '../index.ts'
import { artifactsIn } from './artifacts-in.ts'

const HANDLES = artifactsIn(artifacts)

test('the artifacts with an instance in their name are these', () => {
  const { global, usgov } = artifacts.instances
  const namesOf = (given: Readonly<Record<string, Artifact>>) => Object.values(given).map(({ name }) => name)
  expect(namesOf(global)).toEqual([
    'zendesk_global.json',
    'global_accounts.json',
    'global_updates.json',
    'global_creates.json',
    'global_not_in_sync.json',
    'global_held.json',
    'sync_results.json',
  ])
  expect(namesOf(usgov)).toEqual(namesOf(global).map(name => name.replace('global', 'usgov')))
})

test('every artifact is written by one bin of the stage that it names', () => {
  for (const handle of HANDLES) {
    const writers = STAGES.flatMap(({ bins }) => bins).filter(({ writes }) => writes.includes(handle))
    expect(writers.map(({ stage }) => stage)).toEqual([handle.producer])
    expect(writerOf(handle)).toBe(writers[0])
  }
  expect(() => writerOf({ ...artifacts.doubts })).toThrow("no bin writes processor's doubts.json")
})

test('the bins read and write only artifacts of the table', () => {
  for (const { reads, writes } of STAGES.flatMap(({ bins }) => bins))
    for (const handle of [...reads, ...writes]) expect(HANDLES).toContain(handle)
})

test('no file of a data directory has two meanings', () => {
  for (const { stage, bins } of STAGES) {
    const handles = new Set(bins.flatMap(({ reads, writes }) => [...reads, ...writes]))
    expect(new Set([...handles].map(({ name }) => name)).size, stage).toBe(handles.size)
  }
})

test('the inputs of a stage are what its bins read from other stages', () => {
  expect(findStage('compare-global')?.inputs).toEqual({
    'zendesk_global.json': 'orgs',
    'global_accounts.json': 'processor',
    'doubts.json': 'processor',
  })
  expect(findStage('partner-sync')).toMatchObject({
    inputs: { 'global_accounts.json': 'processor', 'doubts.json': 'processor' },
    optionalInputs: ['global_accounts.json', 'doubts.json'],
  })
  expect(findStage('sync-usgov')).toMatchObject({
    inputs: { 'zendesk_usgov.json': 'orgs', 'usgov_updates.json': 'compare-usgov' },
    optionalInputs: [],
  })
})

test('a user to create is named by the number of the record, never by the address', () => {
  expect(createKey(3)).toBe('creates.json record 3')
})
