import { expect, expectTypeOf, test } from 'vitest'
import type { Account, Doubt } from '../../../domain/index.ts'
import { type Artifact, artifacts, BINS } from '../../../pipeline/index.ts'
import type { BinArtifacts, BinParts } from '../index.ts'
import { dataDirectory } from './data-directory.ts'
import { openTestContext } from './open-context.ts'
import { account, objectOf } from './records.ts'

type Reads<Row> = Row extends { reads: readonly (infer One extends Artifact)[] } ? One : never
type Writes<Row> = Row extends { writes: readonly (infer One extends Artifact)[] } ? One : never
type ProcessorArtifacts = BinArtifacts<
  Reads<typeof BINS.processor.processor>,
  Writes<typeof BINS.processor.processor>
>

test('a bin reads the artifacts of its row; the compiler refuses any other', () => {
  const uses = ({ read, readAll, readAgain, isThere }: ProcessorArtifacts) => {
    expectTypeOf(read(artifacts.accounts)).toExtend<AsyncGenerator<Account[]>>()
    expectTypeOf(readAll(artifacts.accounts)).toExtend<Promise<Account[]>>()
    read(artifacts.instances.usgov.gathered, 'needed')
    // @ts-expect-error: it writes that artifact.
    read(artifacts.doubts)
    // @ts-expect-error: that artifact is partner-sync's, with the same name.
    readAll(artifacts.partners.objects)
    // @ts-expect-error
    readAgain(artifacts.instances.global.held, () => undefined)
    // @ts-expect-error
    isThere(artifacts.users.contacts)
  }
  expectTypeOf(uses).toBeFunction()
})

test('a bin writes the artifacts of its row; the compiler refuses any other artifact or record', () => {
  const uses = ({ write }: ProcessorArtifacts) => {
    expectTypeOf(write(artifacts.doubts)).toEqualTypeOf<(record: Doubt) => void>()
    // @ts-expect-error
    write(artifacts.accounts)
    // @ts-expect-error
    write(artifacts.partners.results)
    // @ts-expect-error
    write(artifacts.doubts)({ charge_name: 'Ultimate' })
  }
  expectTypeOf(uses).toBeFunction()
})

test('code that needs some artifacts accepts a bin with more, but not one with fewer', () => {
  type All = BinParts
  type Accounts = BinParts<typeof artifacts.accounts, never>
  type Doubts = BinParts<typeof artifacts.doubts, never>
  expectTypeOf<All>().toExtend<Accounts>()
  expectTypeOf<Accounts>().not.toExtend<All>()
  expectTypeOf<Accounts>().not.toExtend<Doubts>()
})

test('code for several bins is checked against the row at run time', async () => {
  const data = dataDirectory({
    'salesforce_accounts.json': [account('001EX000000001AYAQ')],
    'global_accounts.json': [objectOf('global', { salesforce_id: '001EX000000001AYAQ', name: 'One' })],
  })
  const { context } = openTestContext(data, { row: BINS.processor.processor })
  const bin: BinArtifacts = context.artifacts
  expect(await bin.readAll(artifacts.accounts)).toHaveLength(1)
  const refusal = "processor processor: processor's global_accounts.json is not among its reads"
  await expect(bin.readAll(artifacts.instances.global.objects)).rejects.toThrow(refusal)
  expect(() => bin.readAgain(artifacts.instances.global.objects, () => undefined)).toThrow(refusal)
  expect(() => bin.isThere(artifacts.instances.global.objects)).toThrow(refusal)
  expect(() => bin.write(artifacts.accounts)).toThrow(
    "processor processor: accounts's salesforce_accounts.json is not among its writes",
  )
  expect(data.has('summaries')).toBe(false)
})

test('a part cannot be added to an artifact that is not open', async () => {
  const data = dataDirectory()
  const { context, end } = openTestContext(data)
  const part = { path: data.put('part', '{}'), records: 1 }
  expect(() => context.artifacts.append(artifacts.doubts, part)).toThrow('doubts.json is not open')
  await end()
})
