import { expect, test } from 'vitest'
import { ExpectedError } from '../../errors/index.ts'
import { consentsText, consentTo, readConsents } from '../consents.ts'
import { dataDirectory } from './data-directory.ts'
import { spawnBin } from './spawn-bin.ts'

test('a consent names a stage, a kind and a count; commas separate several', () => {
  const consents = readConsents('sync-global:marks=141, orgs:gathered=12', { ALLOW_MASS_CHANGE: ' ' })
  expect(consentTo(consents, 'sync-global', 'marks')).toBe(141)
  expect(consentTo(consents, 'orgs', 'gathered')).toBe(12)
  expect(consentTo(consents, 'sync-usgov', 'marks')).toBeUndefined()
  expect(consentsText(consents)).toBe('sync-global:marks=141,orgs:gathered=12')
})

test('the command line takes precedence over the variable', () => {
  const variable = { ALLOW_MASS_CHANGE: 'sync-global:marks=1,sync-usgov:losses=2' }
  expect(consentsText(readConsents('sync-global:marks=9', variable))).toBe(
    'sync-global:marks=9,sync-usgov:losses=2',
  )
})

test.each([
  'true',
  'false',
  '',
  'marks=3',
  'sync-global:marks',
  'sync-global:marks=',
  'sync-global:marks=-1',
  'sync-global:marks=0',
  'sync-global:marks=1.5',
  'sync-global:deletions=3',
  'sync-globl:marks=3',
  'sync-global:marks=3,',
  'sync-global:marks=3 sync-usgov:marks=3',
  'sync-global:marks=3,sync-global:marks=4',
])('"%s" is refused with an example', text => {
  const refused = expect.objectContaining({
    kind: 'bad-input',
    next: expect.stringContaining('--allow-mass-change sync-global:marks=141'),
  })
  expect(() => readConsents(text, {})).toThrow(ExpectedError)
  expect(() => readConsents(text, {})).toThrow(refused)
})

test.each([
  ['with the value true', 'accounts', 'gather', ['--allow-mass-change=true']],
  ['without a value', 'compare-usgov', 'compare', ['--allow-mass-change']],
  ['before another option', 'sync-usgov', 'sync', ['--allow-mass-change', '--dry-run']],
])('the old form is refused, and the error shows the new one: %s', async (_, stage, bin, args) => {
  const { exitCode, failure } = await spawnBin(stage, bin, [...args, '--data-dir', dataDirectory().path])
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'USAGE' })
  expect(failure.next).toContain('--allow-mass-change sync-global:marks=141')
})

test('the error about the variable names it', async () => {
  const { exitCode, failure } = await spawnBin(
    'processor',
    'processor',
    ['--data-dir', dataDirectory().path],
    {
      ALLOW_MASS_CHANGE: 'true',
    },
  )
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'CONFIGURATION_INVALID' })
  expect(failure.message).toBe('ALLOW_MASS_CHANGE takes STAGE:KIND=N, found "true"')
  expect(failure.next).toContain('ALLOW_MASS_CHANGE=sync-global:marks=141')
})
