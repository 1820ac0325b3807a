import { type Attribute, attributesOf, partnerAttributes } from '@support-sync/shared/domain'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}

function empty(attributes: readonly Attribute[]) {
  return Object.fromEntries(attributes.map(({ key, kind }) => [key, kind.name === 'checkbox' ? false : null]))
}

function organization(id: number, given: Record<string, unknown>) {
  return { id, ...empty(partnerAttributes()), name: `Partner ${id}`, account_type: 'open_partner', ...given }
}
function partner(n: number) {
  const { id: _, ...object } = organization(n, {
    salesforce_id: idOf(n),
    sfdc_short_id: idOf(n).slice(0, 15),
  })
  return object
}
function customer(n: number) {
  const values = {
    salesforce_id: idOf(n),
    sfdc_short_id: idOf(n).slice(0, 15),
    account_type: 'customer',
    support_level: 'premium',
    expiration_date: '2027-01-01',
    aar: 1,
    sales_segmentation: 'unknown',
    seats_decimal: 1,
  }
  return { ...empty(attributesOf('global')), name: `Customer ${n}`, ...values, sold_tos: [] }
}
function doubt(n: number) {
  const instances = ['usgov']
  return { salesforce_id: idOf(n), instances, reason: 'unknown_charge', charge_names: ['New'], arr: 1 }
}

const GATHERED = {
  'salesforce_accounts.json': [partner(1)],
  'zendesk_orgs.json': [
    organization(1, { salesforce_id: idOf(1), sfdc_short_id: idOf(1).slice(0, 15) }),
    organization(2, { salesforce_id: idOf(2) }),
    organization(3, { salesforce_id: idOf(3).slice(0, 15) }),
    organization(4, { salesforce_id: ' ', sfdc_short_id: idOf(4).slice(0, 15) }),
    organization(5, { salesforce_id: idOf(5) }),
    organization(6, { salesforce_id: null }),
  ],
}

async function compare(handedOn: Record<string, readonly unknown[]>) {
  const data = dataDirectory({ ...GATHERED, ...handedOn })
  const { exitCode, failure } = await spawnBin('partner-sync', 'compare', ['--data-dir', data.path])
  const marked = data.records('not_in_sync.json')?.map(({ id }) => id)
  const warned = exitCode === 0 ? data.summary('partner-sync.compare').warnings : []
  return { exitCode, failure, marked, warned }
}

test('an organization that has become a customer’s, or whose account is in doubt, is not marked', async () => {
  const { exitCode, marked, warned } = await compare({
    'global_accounts.json': [customer(2), customer(4), customer(77)],
    'doubts.json': [doubt(3)],
  })
  expect([exitCode, marked, warned]).toEqual([0, [5, 6], []])
})

test('a stage that runs alone warns that it does not know the customers', async () => {
  const { marked, warned } = await compare({})
  expect(marked).toEqual([2, 3, 4, 5, 6])
  expect(warned).toMatchObject([{ code: 'STARTED_ALONE', keys: ['global_accounts.json', 'doubts.json'] }])
})

test('with one of the two artifacts, the warning names only the other', async () => {
  const { marked, warned } = await compare({ 'global_accounts.json': [customer(2)] })
  expect(marked).toEqual([3, 4, 5, 6])
  expect(warned).toMatchObject([{ code: 'STARTED_ALONE', keys: ['doubts.json'] }])
})

test('a run without customers ends with 3, because it cannot tell which organizations are customers’', async () => {
  const { exitCode, failure, marked } = await compare({ 'global_accounts.json': [], 'doubts.json': [] })
  expect([exitCode, failure.code, marked]).toEqual([3, 'NO_RECORDS', undefined])
})

test('an organization is not marked if its sfdc_short_id or its name is a customer’s, or a partner’s', async () => {
  const short = (n: number) => ({ salesforce_id: '#N/A', sfdc_short_id: idOf(n).slice(0, 15) })
  const { exitCode, marked, warned } = await compare({
    'zendesk_orgs.json': [
      organization(1, { salesforce_id: idOf(1), sfdc_short_id: idOf(1).slice(0, 15) }),
      organization(11, short(2)),
      organization(12, short(3)),
      organization(13, short(1)),
      organization(14, { salesforce_id: '#N/A', name: ' cústomer  8' }),
      organization(15, { salesforce_id: '#N/A', name: 'Customer 9' }),
      organization(16, short(99)),
    ],
    'global_accounts.json': [customer(2), customer(8), { ...customer(9), support_level: 'expired' }],
    'doubts.json': [doubt(3)],
  })
  expect([exitCode, marked]).toEqual([0, [15, 16]])
  expect(warned).toMatchObject([{ code: 'IN_DOUBT', keys: ['#N/A'] }])
})
