import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, emptySalesforce } from '@support-sync/fixtures/world'
import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}
function create(n: number, sold_tos: string[]) {
  return objectOf('global', { salesforce_id: idOf(n), name: `Company ${n} <&>`, sold_tos })
}
function user(id: number, email: string, given: object = {}) {
  return { id, name: `User ${id}`, email, role: 'end-user' as const, organization_id: null, ...given }
}

test('sold-to contacts are associated with a new organization, and Slack gets a message if there is no user to associate', async () => {
  const { global, usgov } = buildWorld('2026-11-23')
  const sandbox = await startSandbox({
    salesforce: emptySalesforce(),
    global: {
      ...global,
      organizations: [{ id: 90, name: 'Elsewhere', organization_fields: { salesforce_id: idOf(90) } }],
      users: [
        user(1, 'free@example.com'),
        user(2, 'busy@example.com', { organization_id: 90 }),
        user(3, 'agent@example.com', { role: 'agent' as const }),
        user(4, 'admin@example.com', { role: 'admin' as const }),
      ],
    },
    usgov: { ...usgov, organizations: [], users: [] },
    overrides: '[]',
  })
  try {
    const data = dataDirectory({
      'zendesk_global.json': [gatheredOrganization('global', 90, { salesforce_id: idOf(90) })],
      'global_creates.json': [
        create(1, ['busy@example.com', 'free@example.com']),
        create(2, ['busy@example.com', 'agent@example.com', 'admin@example.com', 'nobody@example.com']),
        create(3, []),
      ],
      'global_updates.json': [],
      'global_not_in_sync.json': [],
    })
    const { exitCode, stderr } = await spawnBin(
      'sync-global',
      'sync',
      ['--data-dir', data.path],
      sandbox.environment,
    )
    expect(exitCode).toBe(0)
    const results = data.records('sync_results.json') ?? []
    const first = results.find(({ action, key }) => action === 'create' && key === idOf(1))?.id
    expect(results.filter(({ action }) => action === 'associate')).toMatchObject([
      { key: idOf(1), id: 2, status: 'skipped' },
      { key: idOf(1), id: 1, status: 'written' },
      { key: idOf(2), id: 2, status: 'skipped' },
      { key: idOf(2), id: 3, status: 'skipped' },
      { key: idOf(2), id: 4, status: 'skipped' },
    ])
    const organizationOf = (id: number) => sandbox.global.users.table.get(id)?.organization_id ?? null
    expect([1, 2, 3, 4].map(organizationOf)).toEqual([first, 90, null, null])

    const posts = sandbox.slack.messages.map(({ text }) => text)
    const second = posts.find(text => text.includes(idOf(2)))
    expect(posts).toHaveLength(2)
    expect(second).toContain('Company 2 &lt;&amp;&gt;')
    expect(second).toContain(`${sandbox.global.url}/agent/organizations/`)
    expect(posts.join('\n')).toContain(idOf(3))
    // Results name users by id.
    expect(stderr).not.toContain('@example.com')

    // The same artifacts again: everything is recognised, nothing is duplicated.
    const again = await spawnBin('sync-global', 'sync', ['--data-dir', data.path], sandbox.environment)
    expect(again.exitCode).toBe(0)
    const recognised =
      data.records('sync_results.json')?.filter(({ status }) => status === 'recognised') ?? []
    expect(recognised.filter(({ key }) => key === idOf(1))).toMatchObject([
      { action: 'create', id: first },
      { action: 'associate', id: 1 },
    ])
    const others = recognised.filter(({ key }) => key !== idOf(1))
    expect(others.map(({ action, key }) => `${action} ${key}`).sort()).toEqual([
      `create ${idOf(2)}`,
      `create ${idOf(3)}`,
    ])
    expect(sandbox.global.organizations.table.size).toBe(4)
  } finally {
    await sandbox.close()
  }
})

test('if Slack fails, the sync warns and succeeds', async () => {
  const { global, usgov } = buildWorld('2026-11-23')
  const sandbox = await startSandbox({
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: { ...usgov, organizations: [], users: [] },
    overrides: '[]',
  })
  try {
    sandbox.slack.controls.fail({
      effect: { kind: 'answer', status: 200, body: { ok: false, error: 'is_archived' } },
    })
    const data = dataDirectory({
      'zendesk_global.json': [gatheredOrganization('global', 90)],
      'global_creates.json': [create(1, [])],
      'global_updates.json': [],
      'global_not_in_sync.json': [],
    })
    const { exitCode } = await spawnBin('sync-global', 'sync', ['--data-dir', data.path], sandbox.environment)
    expect(exitCode).toBe(0)
    const { warnings } = data.summary('sync-global.sync')
    const failed = warnings.filter(({ code }) => code === 'SLACK_FAILED')
    expect(failed).toMatchObject([{ code: 'SLACK_FAILED', keys: [idOf(1)] }])
    expect(failed[0]?.message).toContain('is_archived')
  } finally {
    await sandbox.close()
  }
})
