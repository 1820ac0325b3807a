import { describe, expect, test } from 'vitest'
import {
  AGENT_OWNED,
  ATTRIBUTES,
  type Attribute,
  attributesOf,
  customerValues,
  differences,
  INSTANCES,
  type Instance,
  objectSchema,
  organizationSchema,
  partnerAttributes,
  TRAITS,
  text,
  toZendesk,
  updateSchema,
} from '../index.ts'
import { organizationFromZendesk } from '../organization.ts'
import { ACCOUNT_ID, anAccount } from './account-builder.ts'
import { CHARGE_OF, decisionOf, must, objectOf } from './rules.ts'

const ACCOUNT = anAccount()
  .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
  .withSubscription(it => it.withCharge(CHARGE_OF.usgov_12x5))
  .build()

function objectWith(attributes: readonly Attribute[], instance: Instance) {
  return customerValues(ACCOUNT, must(decisionOf(ACCOUNT, instance)).entitlement, undefined, attributes)
}

/** Zendesk sends every field of an instance: null if it is empty. */
function emptyFields(attributes: readonly Attribute[]): Record<string, null> {
  return Object.fromEntries(attributes.map(({ key }) => [key, null]))
}

describe('an attribute added in one entry', () => {
  const SELLER: Attribute = {
    key: 'first_seller',
    kind: text,
    instances: ['global'],
    customer: account => account.account_owner,
  }
  const CATALOGUE = [...ATTRIBUTES, SELLER]
  const attributes = attributesOf('global', CATALOGUE)
  const raw = {
    id: 7,
    name: 'Tanuki Inc',
    organization_fields: { ...emptyFields(attributes), first_seller: ' Somebody Else ' },
  }
  const gathered = organizationFromZendesk(attributes).parse(raw)
  const object = objectWith(attributes, 'global')
  const changes = must(differences(attributes, gathered, object))

  test('belongs to its instance only', () => {
    expect(attributes).toContain(SELLER)
    expect(attributesOf('usgov', CATALOGUE)).not.toContain(SELLER)
    expect(attributesOf('global')).not.toContain(SELLER)
  })

  test('is written by partner-sync only if it has a value for partners', () => {
    expect(partnerAttributes(CATALOGUE)).not.toContain(SELLER)
    const forPartners = { ...SELLER, partner: () => 'Olga' }
    expect(partnerAttributes([...ATTRIBUTES, forPartners])).toContain(forPartners)
  })

  test('is gathered, normalized, and checked in the artifact', () => {
    expect(gathered.first_seller).toBe('Somebody Else')
    expect(organizationSchema(attributes).parse(gathered)).toEqual(gathered)
    expect(organizationSchema(attributes).safeParse({ ...gathered, first_seller: 7 }).success).toBe(false)
  })

  test('is on the object, and checked in the artifact', () => {
    expect(objectSchema(attributes).parse(object)).toMatchObject({ first_seller: 'Olga Owner' })
    expect(objectSchema(attributes).safeParse({ ...object, first_seller: 7 }).success).toBe(false)
  })

  test('is compared', () => {
    expect(changes.first_seller).toEqual({ from: 'Somebody Else', to: 'Olga Owner' })
    expect(differences(attributesOf('global'), gathered, object)).not.toHaveProperty('first_seller')
  })

  test('is in the update only if the catalogue has it', () => {
    const update = { id: 7, ...object, changes }
    expect(updateSchema(attributes).parse(update).changes).toEqual(changes)
    expect(updateSchema(attributesOf('global')).safeParse(update).success).toBe(false)
  })

  test('is written as an organization field', () => {
    expect(toZendesk({ name: 'Tanuki Inc', first_seller: 'Olga Owner' })).toEqual({
      name: 'Tanuki Inc',
      organization_fields: { first_seller: 'Olga Owner' },
    })
  })
})

describe.each(AGENT_OWNED)("%s is the agents'", key => {
  test('it is in no catalogue', () => {
    expect(ATTRIBUTES.map(attribute => attribute.key)).not.toContain(key)
  })

  test.each(['global', 'usgov'] as const)('an update of %s that would change it is refused', instance => {
    const attributes = attributesOf(instance)
    const update = (changed: string) => ({
      id: 7,
      ...objectWith(attributes, instance),
      changes: { [changed]: { from: null, to: 'x' } },
    })
    expect(updateSchema(attributes).safeParse(update('account_owner')).success).toBe(true)
    const refused = updateSchema(attributes).safeParse(update(key))
    expect(refused.error?.issues[0]).toMatchObject({
      path: ['changes', key],
      message: 'is not an attribute that the sync owns',
    })
  })

  test('it is dropped from a gathered record and from an object', () => {
    const attributes = attributesOf('global')
    const fields = {
      id: 7,
      name: 'Tanuki Inc',
      organization_fields: { ...emptyFields(attributes), [key]: 'x' },
    }
    expect(organizationFromZendesk(attributes).parse(fields)).not.toHaveProperty(key)
    const object = { ...objectWith(attributes, 'global'), [key]: 'x' }
    expect(objectSchema(attributes).parse(object)).not.toHaveProperty(key)
  })
})

/** Whether the catalogue lists the fields of an instance. Any other instance has the fields of one of these. */
function hasOwnFields(instance: Instance): boolean {
  return TRAITS[instance].fieldsOf === instance
}

test('every instance has the fields of the instance that its row names', () => {
  for (const instance of INSTANCES)
    expect(attributesOf(instance)).toEqual(attributesOf(TRAITS[instance].fieldsOf))
})

// The catalogue again, by hand: key, kind, instances, and whether partner-sync writes it.
test('the catalogue has these attributes', () => {
  const checkboxes = (instances: string, ...keys: string[]) => keys.map(key => `${key} checkbox ${instances}`)
  expect(
    ATTRIBUTES.map(({ key, kind, instances, partner }) =>
      [key, kind.name, instances.filter(hasOwnFields).join('+'), ...(partner ? ['partner'] : [])].join(' '),
    ).sort(),
  ).toEqual(
    [
      'name text global+usgov partner',
      'salesforce_id text global+usgov partner',
      'sfdc_short_id text global+usgov partner',
      'account_type drop-down global+usgov partner',
      'support_level drop-down global+usgov',
      'expiration_date text global+usgov',
      'aar decimal global',
      'arr decimal usgov',
      'sales_segmentation text global',
      'market_segment text usgov',
      'org_region drop-down global',
      'account_owner text global+usgov partner',
      'technical_account_manager text global+usgov partner',
      'solutions_architect text global+usgov partner',
      'restricted_account checkbox global+usgov partner',
      'org_in_escalated_state checkbox global+usgov partner',
      'support_hold checkbox global+usgov partner',
      'mark_for_deletion checkbox global+usgov partner',
      'seats_decimal decimal global',
      'number_of_seats integer usgov',
      ...checkboxes(
        'global+usgov',
        'sub_sm_ultimate',
        'sub_sm_premium',
        'sub_gitlab_dedicated',
        'sub_ss_ase',
      ),
      ...checkboxes('global+usgov', 'sub_consumption_duo_premium', 'sub_consumption_duo_enterprise'),
      ...checkboxes('global+usgov', 'sub_consumption_duo_amazon_q'),
      ...checkboxes('global', 'sub_dotcom_ultimate', 'sub_dotcom_premium', 'sub_edu', 'sub_oss'),
      ...checkboxes(
        'global',
        'sub_community_other',
        'sub_consumption_cicd_minutes',
        'sub_consumption_storage',
      ),
      ...checkboxes('global', 'sub_consumption_eap', 'sub_ss_growth', 'sub_ss_enterprise'),
      ...checkboxes('usgov', 'sub_usgov_12x5', 'sub_usgov_24x7', 'emergency_support_24x7'),
    ].sort(),
  )
})

test.each([
  ['account_type', ['customer', 'former_customer', 'alliance_partner', 'open_partner', 'select_partner']],
  [
    'support_level',
    ['ultimate', 'gold', 'premium', 'silver', 'consumption_only', 'custom', 'community', 'expired'],
  ],
  ['org_region', ['amer', 'apj', 'emea']],
])(
  'the drop-down %s accepts only these options in a write; an agent may have chosen any other',
  (key, options) => {
    const attribute = must(ATTRIBUTES.find(one => one.key === key))
    expect(attribute.kind.options).toEqual(options)
    const accepts = (value: unknown) =>
      objectSchema([attribute]).safeParse({ ...identity, [key]: value }).success
    const identity = { name: 'Tanuki Inc', salesforce_id: ACCOUNT_ID }
    expect(options.every(accepts)).toBe(true)
    expect(accepts('platinum')).toBe(false)
    const raw = { id: 7, name: 'Tanuki Inc', organization_fields: { [key]: 'platinum' } }
    expect(organizationFromZendesk([attribute]).parse(raw)[key]).toBe('platinum')
  },
)

test('only a drop-down has options', () => {
  const others = ATTRIBUTES.filter(({ kind }) => kind.name !== 'drop-down')
  expect(others.flatMap(({ kind }) => kind.options)).toEqual([])
})

test("an object of each instance fits the instance's artifact", () => {
  for (const instance of ['global', 'usgov'] as const) {
    const object = objectOf(ACCOUNT, instance)
    expect(objectSchema(attributesOf(instance)).parse(object)).toEqual(object)
  }
})

test("only a changed name is sent as the organization's name", () => {
  expect(toZendesk({ account_owner: null })).toStrictEqual({ organization_fields: { account_owner: null } })
})

test('sfdc_short_id is the first 15 characters of the salesforce_id; a text that is not an id is unchanged', () => {
  const shortIdOf = (salesforce_id: string) =>
    objectOf(
      anAccount({ salesforce_id })
        .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
        .build(),
      'global',
    ).sfdc_short_id
  expect(shortIdOf(ACCOUNT_ID)).toBe(ACCOUNT_ID.slice(0, 15))
  expect(shortIdOf('TEST')).toBe('TEST')
})
