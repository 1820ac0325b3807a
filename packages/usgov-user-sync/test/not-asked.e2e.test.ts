import { startSandbox } from '@support-sync/fixtures/sandbox'
import { smallWorld } from '@support-sync/fixtures/world'
import { type DataDirectory, dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'

const BINS = ['zendesk_orgs_gather', 'zendesk_users_gather', 'salesforce', 'compare']
const [EARTH, DEEDS, FOG, GONE, MARKED] = [2_002, 2_001, 2_003, 2_004, 2_005]

/** The small world with a change. Each organization has one user, who is no contact, and one user has no organization. */
async function start(change: (organization: { id: number; fields: Record<string, unknown> }) => void) {
  const world = smallWorld('2026-11-23')
  const { usgov } = world
  const [person] = usgov.users
  if (!person) throw new Error('the world has no user')
  const users = [EARTH, DEEDS, FOG, GONE, MARKED, null].map((organization_id, index) => ({
    ...person,
    id: 5_000 + index,
    name: `Stranger ${index}`,
    email: `stranger.${index}@agency.example`,
    other_emails: [],
    organization_id,
  }))
  const organizations = usgov.organizations.map(organization => {
    const fields = { ...organization.organization_fields }
    change({ id: organization.id, fields })
    return { ...organization, organization_fields: fields }
  })
  const controlled = usgov.users.filter(({ name }) => name === 'Controlled User')
  const sandbox = await startSandbox({
    ...world,
    usgov: { ...usgov, organizations, users: [...controlled, ...users] },
  })
  onTestFinished(() => sandbox.close())
  return { sandbox, objects: objectsOf(world.usgov.organizations) }
}

/** usgov_accounts.json with the accounts of these organizations. */
function objectsOf(organizations: ReturnType<typeof smallWorld>['usgov']['organizations']) {
  return organizations
    .filter(({ id }) => id <= FOG)
    .map(({ name, organization_fields }) => ({
      ...organization_fields,
      name,
      account_type: 'customer',
      support_level: 'premium',
      expiration_date: '2027-01-01',
      arr: 1,
      market_segment: 'unknown',
      number_of_seats: 1,
      mark_for_deletion: false,
    }))
}

async function run(data: DataDirectory, environment: Record<string, string>) {
  const codes: (number | null)[] = []
  for (const bin of BINS) {
    const { exitCode, stderr } = await spawnBin(
      'usgov-user-sync',
      bin,
      ['--data-dir', data.path],
      environment,
    )
    codes.push(exitCode)
    if (exitCode !== 0) throw new Error(stderr)
  }
  const { warnings } = data.summary('usgov-user-sync.compare')
  const notAsked = warnings.find(({ code }) => code === 'ORGANIZATION_NOT_ASKED')?.keys
  return { codes, marked: data.records('not_in_sync.json')?.map(({ id }) => id), notAsked }
}

test('users are not marked if their organization’s ids are empty or in lower case, or belong to no account', async () => {
  const { sandbox, objects } = await start(({ id, fields }) => {
    if (id === EARTH) Object.assign(fields, { salesforce_id: null, sfdc_short_id: null })
    if (id === DEEDS) fields.salesforce_id = String(fields.salesforce_id).toLowerCase()
    if (id === MARKED) fields.mark_for_deletion = true
  })
  const data = dataDirectory({ 'usgov_accounts.json': objects })
  expect(await run(data, sandbox.environment)).toMatchObject({
    marked: [5_002, 5_004, 5_005],
    notAsked: ['5000', '5001', '5003'],
  })
})

test('a key in sfdc_short_id counts if salesforce_id is empty', async () => {
  const { sandbox, objects } = await start(({ id, fields }) => {
    if (id === EARTH) fields.salesforce_id = ' '
  })
  const data = dataDirectory({ 'usgov_accounts.json': objects })
  expect(await run(data, sandbox.environment)).toMatchObject({
    marked: [5_000, 5_001, 5_002, 5_005],
    notAsked: ['5003', '5004'],
  })
})

test('users are not gathered if no user has the controlled end user’s address; a secondary address is enough', async () => {
  const { sandbox } = await start(() => undefined)
  const environment = { ...sandbox.environment, CONTROLLED_END_USER_EMAIL: 'second@agency.example' }
  const gather = async () => {
    const data = dataDirectory()
    const args = ['--data-dir', data.path]
    return spawnBin('usgov-user-sync', 'zendesk_users_gather', args, environment)
  }
  const without = await gather()
  expect([without.exitCode, without.failure.code]).toEqual([2, 'CONTROLLED_USER_NOT_FOUND'])
  expect(without.stderr).not.toContain('second@agency.example')
  const user = sandbox.usgov.users.table.get(5_000)
  if (!user) throw new Error('the sandbox has no such user')
  sandbox.usgov.users.put({ ...user, other_emails: ['second@agency.example'] })
  expect((await gather()).exitCode).toBe(0)
})
