import { expect, test } from 'vitest'
import { dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { gatheredOrganization } from '../../../runtime/bin/test/records.ts'
import { findRun } from '../../find/index.ts'
import { readRunPlan } from '../index.ts'

/** The hint of a guard that stops a run's plan: where the run can continue. */

async function hintOf(files: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
  const organizations = Array.from({ length: 20 }, (_, index) => gatheredOrganization('usgov', index + 1))
  const { path } = dataDirectory({
    'sync-usgov/zendesk_usgov.json': organizations,
    'sync-usgov/usgov_not_in_sync.json': organizations,
    'sync-usgov/usgov_updates.json': [],
    'sync-usgov/usgov_creates.json': [],
    ...files,
  })
  const plan = await readRunPlan(findRun(path, path))
  return plan.syncs.find(({ stage }) => stage === 'sync-usgov')?.guard?.next.replace(path, 'RUN')
}

test('a run on this machine is resumed with a command', async () => {
  expect(await hintOf()).toContain(
    'allow it once: ./support-sync run-stage sync-usgov sync --data-dir RUN/sync-usgov --allow-mass-change sync-usgov:marks=20',
  )
})

test('a fetched run is resumed on GitLab', async () => {
  const fetched = {
    project_url: 'https://gitlab.example.com/support/sync',
    run_id: '4711',
    fetched_at: '2026-11-23T10:00:00.000Z',
    jobs: {},
  }
  expect(await hintOf({ 'fetched.json': JSON.stringify(fetched) })).toBe(
    'If the change is intended, allow it once: start the pipeline on GitLab with start_from sync-usgov, resume_run 4711 and allow_mass_change sync-usgov:marks=20',
  )
})
