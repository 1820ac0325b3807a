import type { UserOrganization } from '@support-sync/shared/domain'
import type { Salesforce } from '@support-sync/shared/services/salesforce'
import { expect, test } from 'vitest'
import { gatherContacts } from '../src/gather-contacts.ts'

type Row = { Name: string; Email: string; Account: { Account_ID_18__c: string } }

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}
function organization(id: number, salesforce_id: string | null): UserOrganization {
  const name = `Organization ${id}`
  return { id, name, salesforce_id, sfdc_short_id: null, mark_for_deletion: null }
}
function row(Name: string, Email: string, n: number): Row {
  return { Name, Email, Account: { Account_ID_18__c: idOf(n) } }
}

/** Gathers the contacts of some organizations from a Salesforce that answers every query with these rows. */
async function gather(organizations: UserOrganization[], rows: Row[] = []) {
  const queries: string[] = []
  const salesforce: Pick<Salesforce, 'queryAll'> = {
    async *queryAll(asked) {
      queries.push(...asked)
      for (const _ of asked) yield rows
    },
  }
  const contacts = await gatherContacts(organizations, 'controlled@example.com', async () => salesforce)
  const chunks = queries.map(soql => [...soql.matchAll(/'(\w{18})'/g)].map(([, id]) => id))
  return { queries, chunks, contacts }
}

test('only Salesforce ids reach the query', async () => {
  const { queries, chunks } = await gather([
    organization(1, idOf(1)),
    organization(2, idOf(2).slice(0, 15)),
    organization(3, null),
    organization(4, ''),
    organization(5, 'PRIORITY PROSPECT'),
    organization(6, "') OR Name != ('x"),
    organization(7, '00100000000007'),
    organization(8, '００１000000000008'),
    organization(9, "00100000000000'"),
  ])
  expect(chunks).toEqual([[idOf(1), idOf(2)]])
  expect(queries[0]).toMatch(/IN \('\w{18}', '\w{18}'\)$/)
})

test('text that an agent typed after an id never reaches the query', async () => {
  const { queries } = await gather([organization(7, `${idOf(7)}') OR Name LIKE ('%`)])
  expect(queries.join()).not.toContain('LIKE')
})

test('an id with spaces around it, or with a wrong suffix, reaches the query in its correct form', async () => {
  const { chunks } = await gather([organization(1, ` ${idOf(1)} `), organization(2, '001000000000abA')])
  expect(chunks).toEqual([[idOf(1), '001000000000abAAAQ']])
})

test('ids are sent in chunks of 500, each id once', async () => {
  const organizations = Array.from({ length: 1001 }, (_, index) => organization(index + 1, idOf(index + 1)))
  const { chunks } = await gather([...organizations, organization(2000, idOf(1))])
  expect(chunks.map(chunk => chunk.length)).toEqual([500, 500, 1])
  expect(new Set(chunks.flat()).size).toBe(1001)
})

test('a query with 500 ids stays within Salesforce’s limit for URIs', async () => {
  const organizations = Array.from({ length: 500 }, (_, index) => organization(index + 1, idOf(index + 1)))
  const { queries } = await gather(organizations)
  expect(encodeURIComponent(queries[0] ?? '').length).toBeLessThan(16_384 - 1_000)
})

test('if several contacts have the same address, the lowest organization stays, then the first name', async () => {
  const organizations = [
    organization(20, idOf(2)),
    organization(10, idOf(1)),
    // The same account again: its lowest organization counts.
    organization(5, idOf(2).slice(0, 15)),
  ]
  const rows = [
    row('Zed', 'One@Example.com', 1),
    row('Ann', 'one@example.com', 1),
    row('Bea', 'two@example.com', 1),
    row('Cid', 'TWO@example.com', 2),
  ]
  const expected = [
    { name: 'Ann', email: 'one@example.com', organization_id: 10 },
    { name: 'Cid', email: 'two@example.com', organization_id: 5 },
  ]
  expect((await gather(organizations, rows)).contacts).toEqual(expected)
  expect((await gather(organizations.toReversed(), rows.toReversed())).contacts).toEqual(expected)
})

test('protected email addresses are no contacts, case-insensitive; a similar domain is not protected', async () => {
  const { contacts } = await gather(
    [organization(1, idOf(1))],
    [
      row('Colleague', 'Gil@GitLab.com', 1),
      row('Controlled', 'Controlled@Example.com', 1),
      row('Alike', 'nora@notgitlab.com', 1),
      row('Deeper', 'nora@mail.gitlab.com', 1),
    ],
  )
  expect(contacts.map(({ name }) => name)).toEqual(['Deeper', 'Alike'])
})

test('a contact of an account that is not in the query does not count', async () => {
  const { contacts } = await gather([organization(1, idOf(1))], [row('Stranger', 'stranger@example.com', 2)])
  expect(contacts).toEqual([])
})
