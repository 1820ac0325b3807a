import { expect, test } from 'vitest'
import {
  differences,
  type GatheredUser,
  isSyncedUser,
  protectedAddress,
  USER_ATTRIBUTES,
  userKey,
} from '../index.ts'

const USER: GatheredUser = {
  id: 1,
  name: ' Ada ',
  email: 'ada@agency.example',
  role: 'end-user',
  organization_id: 10,
  not_in_sfdc: false,
}

test.each([
  ['ada@gitlab.com', true],
  ['Ada@GitLab.COM ', true],
  ['controlled@agency.example', true],
  ['Controlled@Agency.Example', true],
  ['ada@agency.example', false],
  ['ada@notgitlab.com', false],
  ['ada@eu.gitlab.com', false],
  ['ada@gitlab.com.example', false],
  ['gitlab.com@agency.example', false],
  [null, false],
])('%j is a protected address: %j', (email, expected) => {
  expect(protectedAddress(' CONTROLLED@agency.example')(email)).toBe(expected)
})

test.each<[Partial<GatheredUser>, boolean]>([
  [{}, true],
  [{ organization_id: null }, true],
  [{ not_in_sfdc: true }, true],
  [{ role: 'agent' }, false],
  [{ role: 'admin' }, false],
  [{ email: null }, false],
  [{ email: ' ' }, false],
])('the sync handles a user with %j: %j', (attributes, expected) => {
  expect(isSyncedUser({ ...USER, ...attributes })).toBe(expected)
})

test('an address matches in upper or lower case', () => {
  expect(userKey(' Ada@Agency.example')).toBe(userKey('ada@agency.EXAMPLE'))
  expect(userKey('ada@agency.example')).not.toBe(userKey('ad@agency.example'))
})

test.each<[string, Partial<GatheredUser>, string[]]>([
  ['nothing', {}, []],
  ['outer white space of a name', { name: ' Ada' }, []],
  ['another name', { name: 'Ada L' }, ['name']],
  ['another organization', { organization_id: 11 }, ['organization_id']],
  ['no organization', { organization_id: null }, ['organization_id']],
  ['the mark of a user who is back', { not_in_sfdc: true }, ['not_in_sfdc']],
  ['the case of the address', { email: 'ADA@agency.example' }, []],
  ['the role', { role: 'agent' }, []],
])('for %s, %j, a comparison of users finds changes to %j', (_what, current, changed) => {
  const changes = differences(USER_ATTRIBUTES, { ...USER, ...current }, USER)
  expect(Object.keys(changes ?? {})).toEqual(changed)
})
