import {
  type GatheredUser,
  type UserUpdate as PlannedUpdate,
  protectedAddress,
  type UserCreate,
} from '@support-sync/shared/domain'
import type {
  ItemResult,
  ShownUser,
  UserMatch,
  UserUpdate,
  Zendesk,
} from '@support-sync/shared/services/zendesk'
import type { Writer } from '@support-sync/shared/sync/apply'
import { connectedRun, scriptedZendesk } from '@support-sync/shared/sync/apply/test'
import { userWriter } from '../src/user-writer.ts'

/** A writer of users over a scripted Zendesk. */

export const CONTACT: UserCreate = {
  name: 'Ann',
  email: 'ann@example.com',
  organization_id: 5,
  not_in_sfdc: false,
}

export const BEA: UserCreate = { ...CONTACT, name: 'Bea', email: 'bea@example.com' }

export function match(given: Partial<UserMatch['user']> = {}, primary = false): UserMatch {
  const user = {
    id: 7,
    name: 'Ann the first',
    email: 'first@example.com',
    role: 'end-user',
    organization_id: 5,
    active: true,
    user_fields: { not_in_sfdc: false },
  }
  return { user: { ...user, ...given }, primary }
}

export function gathered(id: number): GatheredUser {
  return { id, name: 'Ann', email: 'x@example.com', role: 'end-user', organization_id: 5, not_in_sfdc: false }
}

export function shownUser(id: number): ShownUser['user'] {
  const user = { id, name: 'Ann', email: 'x@example.com', role: 'end-user', organization_id: 5, active: true }
  return { ...user, user_fields: { not_in_sfdc: false } }
}

/** The users whose primary address is not a contact's. */
export const NOT_IN_SYNC = new Set([7, 8])

/** A writer with scripted answers, the items sent to Update Many, and the warnings. */
export function writerOver(
  script: Partial<Zendesk>,
  shown: Parameters<typeof scriptedZendesk>[1] = {},
): {
  writer: Writer<UserCreate, PlannedUpdate, GatheredUser>
  sent: UserUpdate[][]
  warned: { code: string; keys: readonly (string | number)[] }[]
} {
  const sent: UserUpdate[][] = []
  const warned: { code: string; keys: readonly (string | number)[] }[] = []
  const people = {
    isProtected: protectedAddress('controlled@example.com'),
    contacts: new Set([CONTACT.email, BEA.email]),
    notInSync: NOT_IN_SYNC,
  }
  const warn = (code: string, _: string, keys: readonly (string | number)[]) => warned.push({ code, keys })
  const zendesk = scriptedZendesk(
    {
      updateUsers: async items => {
        sent.push([...items])
        return items.map((item): ItemResult => ({ id: item.id, outcome: 'written' }))
      },
      ...script,
    },
    shown,
  )
  return {
    writer: userWriter(zendesk, people, { warn }, connectedRun()),
    sent,
    warned,
  }
}

export const IN_USE = {
  outcome: 'refused',
  status: 422,
  code: 'DuplicateValue',
  message: 'Email: in use',
} as const

export const ADDRESS = 'x@example.com'
