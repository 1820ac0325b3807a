import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

const NEW_ID = '001000000000009AAA'

function organizations(count: number) {
  return Array.from({ length: count }, (_, index) => gatheredOrganization('global', index + 1))
}

/** Three organizations: one to update and one to mark. One more to create. */
function plan(given: Record<string, string | unknown[]> = {}) {
  const salesforce_id = '001000000000001AAA'
  return dataDirectory({
    'zendesk_global.json': organizations(3),
    'global_creates.json': [objectOf('global', { salesforce_id: NEW_ID, name: 'New', seats_decimal: 5 })],
    'global_updates.json': [
      {
        id: 1,
        ...objectOf('global', { salesforce_id, name: 'Organization 1' }),
        changes: { support_hold: { from: false, to: true } },
      },
    ],
    'global_not_in_sync.json': [
      gatheredOrganization('global', 2),
      gatheredOrganization('global', 3, { mark_for_deletion: true }),
    ],
    'sync_results.json': '[{"left": "by an earlier run"}]',
    ...given,
  })
}

describe.concurrent('a dry run', () => {
  test('needs no credentials, shows counts and keys, and writes only the summary and the plan', async () => {
    const data = plan()
    const before = readdirSync(data.path).sort()
    const { exitCode, stdout } = await spawnBin('sync-global', 'sync', [
      ...['--data-dir', data.path, '--dry-run'],
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('1 to create, 1 to update, 1 to mark (1 already marked; 3 gathered)')
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([`+ ${NEW_ID}`, '~ 001000000000001AAA', '- organization 2']),
    )
    // Not on a terminal: only the private plan has names and values.
    expect(stdout).not.toContain('support_hold')
    expect(readdirSync(data.path).sort()).toEqual([...before, 'summaries', 'sync_plan.json'].sort())
    expect(data.records('sync_results.json')).toEqual([{ left: 'by an earlier run' }])
    expect(data.summary('sync-global.sync')).toMatchObject({ exit_code: 0, dry_run: true, requests: 0 })
    expect(data.records('sync_plan.json')).toMatchObject({
      counts: { create: 1, update: 1, mark: 1, alreadyMarked: 1, gathered: 3 },
    })
  })

  test('shows the plan that a guard would stop, and ends with 3', async () => {
    const data = plan({
      'zendesk_global.json': organizations(100),
      'global_not_in_sync.json': organizations(21),
    })
    const { exitCode, stdout, failure } = await spawnBin('sync-global', 'sync', [
      ...['--data-dir', data.path, '--dry-run'],
    ])
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 3, code: 'MASS_CHANGE' })
    expect(stdout).toContain('21 to mark')
    expect(failure.message).toContain('21 marks are 21.00 % of 100')
    expect(failure.next).toMatch(
      /\.\/support-sync run-stage sync-global sync --data-dir \S+ --allow-mass-change sync-global:marks=21,/,
    )
    expect(failure.next).toContain('(variable ALLOW_MASS_CHANGE) to sync-global:marks=21')
  })

  test.each(['--dry-run=yes', '--dry-run=1'])(
    'a switch with a value that is neither true nor false is refused: %s',
    async option => {
      const { exitCode, failure } = await spawnBin('sync-global', 'sync', ['--data-dir', plan().path, option])
      expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'USAGE' })
    },
  )

  test('still needs every artifact', async () => {
    const data = plan({ 'global_updates.json': '' })
    const { exitCode, failure } = await spawnBin('sync-global', 'sync', [
      ...['--data-dir', data.path, '--dry-run'],
    ])
    expect(exitCode).toBe(2)
    expect(failure.message).toContain('global_updates.json')
    expect(failure.next).toContain('compare-global compare writes it')
  })

  test('with invalid options is still reported as a dry run, and leaves an earlier run’s files', async () => {
    const data = plan()
    const { exitCode } = await spawnBin('sync-global', 'sync', [
      ...['--data-dir', data.path, '--dry-run', '--today', 'never'],
    ])
    expect(exitCode).toBe(2)
    expect(data.summary('sync-global.sync')).toMatchObject({ exit_code: 2, dry_run: true })
    expect(data.records('sync_results.json')).toEqual([{ left: 'by an earlier run' }])
  })

  test('in a directory that does not exist is refused, and does not create it', async () => {
    const missing = join(dataDirectory().path, 'mistyped')
    const { exitCode, failure } = await spawnBin('sync-global', 'sync', ['--data-dir', missing, '--dry-run'])
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'DATA_DIR_UNUSABLE' })
    expect(failure.message).toBe(`there is no directory ${missing}`)
    expect(existsSync(missing)).toBe(false)
  })
})

test('an update of an attribute that agents own is refused before the first write', async () => {
  const data = plan({
    'global_updates.json': [
      {
        id: 1,
        ...objectOf('global', { salesforce_id: NEW_ID, name: 'Organization 1' }),
        changes: { notes: { from: null, to: 'overwritten' } },
      },
    ],
  })
  const { exitCode, failure } = await spawnBin('sync-global', 'sync', ['--data-dir', data.path])
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'ARTIFACT_RECORD_INVALID' })
  expect(failure.message).toContain('changes.notes')
  expect(data.has('sync_results.json')).toBe(false)
})

test('a guard stops a real run before it reads its variables, and an earlier run’s results are removed', async () => {
  const data = plan({
    'zendesk_global.json': organizations(100),
    'global_not_in_sync.json': organizations(21),
  })
  const stopped = await spawnBin('sync-global', 'sync', ['--data-dir', data.path])
  expect({ exitCode: stopped.exitCode, code: stopped.failure.code }).toEqual({
    exitCode: 3,
    code: 'MASS_CHANGE',
  })
  expect(data.has('sync_results.json')).toBe(false)
  const allowed = await spawnBin('sync-global', 'sync', ['--data-dir', data.path], {
    ALLOW_MASS_CHANGE: 'sync-global:marks=21',
  })
  expect(allowed.failure.code).toBe('CONFIGURATION_INVALID')
})
