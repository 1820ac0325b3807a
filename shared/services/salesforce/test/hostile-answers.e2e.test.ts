import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { endsWell, hostileJson, Raw, spoiled, startHostileServer } from '../../http/test/hostile-server.ts'
import { testContext } from '../../http/test/scripted-server.ts'
import { connectSalesforce } from '../index.ts'

let server: Awaited<ReturnType<typeof startHostileServer>>
beforeAll(async () => {
  server = await startHostileServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const token = () => ({
  access_token: 'a session',
  instance_url: server.url,
  id: `${server.url}/id/00D000000000001EAA/005000000000001AAA`,
  token_type: 'Bearer',
})
const PAGE = {
  totalSize: 1,
  done: true,
  records: [
    {
      attributes: { type: 'Account', url: '/services/data/v62.0/sobjects/Account/001' },
      Name: 'Acme',
      Contacts: { totalSize: 1, done: true, records: [{ Name: 'Ann' }] },
    },
  ],
}

async function query() {
  const credentials = { loginUrl: server.url, clientId: 'client', clientSecret: 'secret' }
  const salesforce = await connectSalesforce(credentials, testContext({ attempts: 2 }))
  return Array.fromAsync(salesforce.query('SELECT Name, (SELECT Name FROM Contacts) FROM Account'))
}

const isLogin = (path: string) => path.endsWith('/token')
const errors = fc
  .tuple(
    fc.constantFrom(400, 401, 403, 404, 414),
    fc.oneof(hostileJson, spoiled([{ message: 'x', errorCode: 'Y' }])),
  )
  .map(([status, body]) => new Raw(status, JSON.stringify(body), { 'content-type': 'application/json' }))

test('a refused login with a code that is not text is still a refused login', async () => {
  const body = JSON.stringify({ error: { toString: null } })
  server.answers(({ path }) =>
    isLogin(path) ? new Raw(400, body, { 'content-type': 'application/json' }) : PAGE,
  )
  expect(await expectedErrorOf(query())).toMatchObject({ code: 'LOGIN_REFUSED' })
})

test('any answer of Salesforce to a login ends in a session or an expected error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        hostileJson,
        fc.constant(null).chain(() => spoiled(token())),
        errors,
        fc.string().map(text => new Raw(200, text)),
      ),
      async answer => {
        server.answers(({ path }) => (isLogin(path) ? answer : PAGE))
        await endsWell(query)
      },
    ),
    { numRuns: 100 },
  )
})

test('any answer of Salesforce to a query ends in records or an expected error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        hostileJson,
        spoiled(PAGE),
        errors,
        fc.string().map(text => new Raw(200, text)),
      ),
      async answer => {
        server.answers(({ path }) => (isLogin(path) ? token() : answer))
        await endsWell(query)
      },
    ),
    { numRuns: 150 },
  )
})

test('an endless query ends in an error', async () => {
  let number = 0
  server.answers(({ path }) => {
    if (isLogin(path)) return token()
    number += 1
    const nextRecordsUrl = `/services/data/v62.0/query/01g-${number}`
    return { totalSize: 5, done: false, nextRecordsUrl, records: [{ Name: 'A', Contacts: null }] }
  })
  expect(await expectedErrorOf(query())).toMatchObject({ code: 'INCOMPLETE_READ' })
  expect(number).toBe(6)
})
