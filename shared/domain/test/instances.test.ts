import { expect, test } from 'vitest'
import {
  byInstance,
  byInstanceAsync,
  INSTANCE_OF_THE_REST,
  INSTANCES,
  PARTNERS_INSTANCE,
  TRAITS,
  USERS_INSTANCE,
  zendeskName,
} from '../index.ts'
import { onlyInstance } from '../instances.ts'

test('these names contain an instance', () => {
  expect([zendeskName('global'), zendeskName('usgov')]).toEqual(['Zendesk Global', 'Zendesk US Government'])
  expect([TRAITS.global.gatherBin, TRAITS.usgov.gatherBin]).toEqual(['gather_global', 'gather_us_government'])
  expect([TRAITS.global.variables, TRAITS.usgov.variables]).toEqual(['ZENDESK_GLOBAL', 'ZENDESK_USGOV'])
})

test('no two instances share a name of any kind', () => {
  for (const kind of ['key', 'name', 'variables', 'gatherBin'] as const)
    expect(new Set(INSTANCES.map(instance => TRAITS[instance][kind])).size).toBe(INSTANCES.length)
})

test('partners and the rest are on Global, users on US Government', () => {
  expect([PARTNERS_INSTANCE, INSTANCE_OF_THE_REST, USERS_INSTANCE]).toEqual(['global', 'global', 'usgov'])
})

test.each([
  ['no row', false],
  ['more than one', true],
])('a trait that exactly one instance must have is an error if %s has it', (_, isSo) => {
  expect(() => onlyInstance('hasPartners', () => isSo)).toThrow(
    'exactly one instance must have "hasPartners"',
  )
})

test("a value by instance is made in the table's order", async () => {
  const made: string[] = []
  const name = (instance: string) => `the ${made.push(instance)}.: ${instance}`
  const values = byInstance(name)
  expect(made).toEqual(INSTANCES)
  expect(Object.keys(values)).toEqual(INSTANCES)
  expect(Object.values(values)).toEqual(INSTANCES.map((instance, place) => `the ${place + 1}.: ${instance}`))
})

test('asynchronous values are in order, regardless of which one is ready first', async () => {
  const values = await byInstanceAsync(async instance => {
    // The first takes the longest.
    for (let turn = INSTANCES.length - INSTANCES.indexOf(instance); turn > 0; turn -= 1) await null
    return instance.toUpperCase()
  })
  expect(Object.entries(values)).toEqual(INSTANCES.map(instance => [instance, instance.toUpperCase()]))
})
