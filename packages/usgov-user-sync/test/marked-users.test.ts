import type { ShownUser } from '@support-sync/shared/services/zendesk'
import { expect, test } from 'vitest'
import { ADDRESS, BEA, CONTACT, gathered, IN_USE, shownUser, writerOver } from './user-writer-builder.ts'

/** Before each mark, the writer reads the user in Zendesk again. */

test('a create fails with a warning if its email address belongs to a user that Zendesk does not show; marks continue', async () => {
  const { writer, sent, warned } = writerOver({
    findUsersByEmail: async () => [],
    createUser: async () => IN_USE,
  })
  const created = [await writer.create(CONTACT, 1), await writer.create(BEA, 2)].flat()
  expect(created).toMatchObject([
    { status: 'failed', code: 'DuplicateValue' },
    { status: 'failed', code: 'DuplicateValue' },
  ])
  expect(await writer.mark([gathered(7)])).toMatchObject({ results: [{ id: 7, status: 'written' }] })
  expect(sent).toHaveLength(1)
  await writer.finish?.()
  expect(warned).toEqual([
    { code: 'OWNER_NOT_SHOWN', keys: ['creates.json record 1', 'creates.json record 2'] },
  ])
})

test.each<[string, Partial<ShownUser>, string]>([
  ['a protected secondary address', { addresses: [ADDRESS, 'Gil@GitLab.com'] }, 'ADDRESS_PROTECTED'],
  [
    'the controlled end user’s address',
    { addresses: [ADDRESS, 'CONTROLLED@example.com'] },
    'ADDRESS_PROTECTED',
  ],
  ['a contact’s address', { addresses: [ADDRESS, 'Ann@Example.com'] }, 'ADDRESS_OF_CONTACT'],
  ['no addresses in Zendesk’s answer', { addresses: null }, 'IDENTITIES_NOT_SHOWN'],
  ['another organization', { user: { ...shownUser(7), organization_id: 6 } }, 'CHANGED_MEANWHILE'],
  ['another address', { user: { ...shownUser(7), email: 'y@example.com' } }, 'CHANGED_MEANWHILE'],
  ['another role', { user: { ...shownUser(7), role: 'agent' } }, 'CHANGED_MEANWHILE'],
  ['been deleted in Zendesk', { user: { ...shownUser(7), active: false } }, 'CHANGED_MEANWHILE'],
])('only a user who has %s just before the mark is left alone', async (_, given, code) => {
  const { writer, sent } = writerOver({
    showUsers: async ids =>
      ids.map(id => ({
        user: { ...shownUser(id), user_fields: { not_in_sfdc: id === 8 && sent.length > 0 } },
        addresses: [ADDRESS],
        ...(id === 7 ? given : {}),
      })),
  })
  const { results } = await writer.mark([gathered(7), gathered(8)])
  expect(results).toMatchObject([
    { id: 7, status: 'skipped', code },
    { id: 8, status: 'written' },
  ])
  expect(sent).toEqual([[{ id: 8, user_fields: { not_in_sfdc: true } }]])
})

test('a user that Zendesk does not show any more is not marked', async () => {
  const { writer } = writerOver({ showUsers: async () => [] })
  expect(await writer.mark([gathered(7)])).toMatchObject({
    results: [{ id: 7, status: 'skipped', code: 'CHANGED_MEANWHILE' }],
  })
})
