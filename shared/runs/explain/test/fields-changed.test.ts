import { expect, test } from 'vitest'
import { INSTANCE_SYNCS } from '../../../pipeline/index.ts'
import { explainAttributes } from '../attributes.ts'

const ATTRIBUTES = INSTANCE_SYNCS.global.attributes.filter(({ key }) =>
  ['org_region', 'account_owner'].includes(key),
)

test('an attribute that the gathered record lacks is not a difference, and the reason says why', () => {
  const held = { id: 1, name: 'Acme', salesforce_id: null, account_owner: 'Bob' }
  const object = { salesforce_id: 'x', name: 'Acme', account_owner: 'Ada', org_region: 'emea' }
  const explained = explainAttributes(ATTRIBUTES, held, object, () => ({
    kind: 'salesforce',
    fields: ['Owner'],
  }))
  expect(explained).toEqual([
    {
      key: 'org_region',
      held: null,
      should_be: 'emea',
      differs: false,
      because: { kind: 'field_changed' },
    },
    {
      key: 'account_owner',
      held: 'Bob',
      should_be: 'Ada',
      differs: true,
      because: { kind: 'salesforce', fields: ['Owner'] },
    },
  ])
})
