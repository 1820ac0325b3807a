import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findStage, isAtOrAfter, STAGES } from '../index.ts'

const PACKAGES = join(import.meta.dirname, '..', '..', '..', 'packages')

test('the table has every package and every bin, and no other', () => {
  expect(readdirSync(PACKAGES).sort()).toEqual(STAGES.map(({ stage }) => stage).sort())
  for (const { stage, bins } of STAGES) {
    const files = readdirSync(join(PACKAGES, stage, 'bin'))
    expect(files.sort()).toEqual(bins.map(({ bin }) => `${bin}.ts`).sort())
  }
})

test('a stage follows only stages before it', () => {
  for (const [index, { follows }] of STAGES.entries()) {
    const before = STAGES.slice(0, index).map(({ stage }) => stage)
    expect(before).toEqual(expect.arrayContaining([...follows]))
  }
})

test('a bin reads only what an earlier bin of its stage writes, or a stage that comes before hands on', () => {
  for (const stage of STAGES) {
    const available = new Set(Object.keys(stage.inputs))
    for (const [artifact, producer] of Object.entries(stage.inputs)) {
      const written = findStage(producer)?.bins.flatMap(({ writes }) => writes.map(({ name }) => name))
      expect(written).toContain(artifact)
      const from = STAGES.find(row => row.stage === producer)
      expect(from && isAtOrAfter(stage, from.stage)).toBe(true)
    }
    for (const { reads, writes } of stage.bins) {
      expect([...available]).toEqual(expect.arrayContaining(reads.map(({ name }) => name)))
      for (const { name } of writes) available.add(name)
    }
    expect(stage.bins.flatMap(({ reads }) => reads.map(({ name }) => name))).toEqual(
      expect.arrayContaining(Object.keys(stage.inputs)),
    )
  }
})

test('only bins named sync write to Zendesk, and each is the last bin of its stage', () => {
  for (const { bins } of STAGES) {
    for (const { bin, syncs } of bins) expect(syncs === true).toBe(bin === 'sync')
    expect(bins.findIndex(({ syncs }) => syncs)).toBeOneOf([-1, bins.length - 1])
  }
})

test('a restart from a stage includes the later stages of its own branch, and no others', () => {
  const from = (name: Parameters<typeof isAtOrAfter>[1]) =>
    STAGES.filter(stage => isAtOrAfter(stage, name)).map(({ stage }) => stage)
  expect(from('compare-global')).toEqual(['compare-global', 'sync-global', 'partner-sync'])
  expect(from('sync-usgov')).toEqual(['sync-usgov', 'usgov-user-sync'])
  expect(from('accounts')).toEqual(STAGES.map(({ stage }) => stage))
  expect(from('orgs')).toEqual(STAGES.slice(1).map(({ stage }) => stage))
  expect(from('processor')).toEqual(STAGES.slice(2).map(({ stage }) => stage))
})
