import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { artifacts } from '../../../pipeline/index.ts'
import { upstreamFailed } from '../../errors/index.ts'
import { dataDirectory } from './index.ts'
import { runOwn } from './own-bin.ts'

const AWAY = upstreamFailed('UNAVAILABLE', {
  message: 'Zendesk is away',
  next: 'Wait.',
})

test('a stopped run that then cannot commit its outputs ends with the first error', async () => {
  const data = dataDirectory()
  const { exitCode, messages } = await runOwn(data, context => {
    context.artifacts.write(artifacts.instances.usgov.results)
    context.artifacts.commitEvenOnFailure()
    mkdirSync(join(data.path, 'sync_results.json'))
    throw AWAY
  })
  expect(exitCode).toBe(75)
  expect(data.summary('sync-usgov.sync')).toMatchObject({ exit_code: 75, error: { code: 'UNAVAILABLE' } })
  expect(messages.filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'UNAVAILABLE' },
    { err: { code: 'EISDIR' } },
  ])
})

test('a stopped run that then cannot write its summary ends with the first error', async () => {
  const data = dataDirectory()
  const { exitCode, messages } = await runOwn(data, () => {
    rmSync(join(data.path, 'summaries'), { recursive: true })
    data.put('summaries', 'a file')
    throw AWAY
  })
  expect(exitCode).toBe(75)
  expect(messages.filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'UNAVAILABLE' },
    { err: { code: 'EEXIST' } },
  ])
})

test('a run that cannot write its summary fails', async () => {
  const data = dataDirectory()
  const { exitCode, messages } = await runOwn(data, () => {
    rmSync(join(data.path, 'summaries'), { recursive: true })
    data.put('summaries', 'a file')
  })
  expect(exitCode).toBe(1)
  expect(messages.filter(({ level }) => level === 'error')).toMatchObject([
    { err: { code: 'EEXIST' } },
    { err: { code: 'EEXIST' } },
  ])
})
