import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { connectZendeskSetUp } from '../index.ts'

const field = (id: number) => ({ id, key: `field_${id}`, type: 'text', active: true })

function fieldsOf({ url }: { url: string }) {
  const credentials = { name: 'Zendesk Global', variables: 'ZENDESK_GLOBAL', url, user: 'u', token: 't' }
  return connectZendeskSetUp(credentials, testContext()).fields('organization')
}

/** Two pages; the first has this link to the next. */
function twoPages(link: string) {
  return startScriptedServer(({ headers }, index): ScriptedAnswer => {
    const next = link.replace('HOST', String(headers.host))
    return { json: { organization_fields: [field(index)], meta: { has_more: index === 0 }, links: { next } } }
  })
}

test('the fields of every page are listed', async () => {
  await using server = await twoPages('http://HOST/api/v2/organization_fields.json?page=2')
  expect((await fieldsOf(server)).map(({ id }) => id)).toEqual([0, 1])
})

test('a list that comes whole, without paging, is complete', async () => {
  await using server = await startScriptedServer([{ json: { organization_fields: [field(7)] } }])
  expect((await fieldsOf(server)).map(({ id }) => id)).toEqual([7])
})

test('pages with links to another host are read from the configured host, by cursor', async () => {
  await using server = await twoPages(
    'https://support.example.com/api/v2/organization_fields.json?page%5Bafter%5D=abc%3D&page%5Bsize%5D=100&role=x',
  )
  expect((await fieldsOf(server)).map(({ id }) => id)).toEqual([0, 1])
  const [first, second] = server.requests.map(({ path, query }) => [path, Object.fromEntries(query)])
  expect(first).toEqual(['/api/v2/organization_fields.json', { 'page[size]': '100' }])
  expect(second).toEqual(['/api/v2/organization_fields.json', { 'page[after]': 'abc=', 'page[size]': '100' }])
})

test('a list by offset, from a server without cursors, is also read to its last page', async () => {
  await using server = await startScriptedServer((_, index): ScriptedAnswer => {
    const next_page = index === 0 ? 'https://other.example.com/api/v2/organization_fields.json?page=2' : null
    return { json: { organization_fields: [field(index)], next_page, previous_page: null, count: 2 } }
  })
  expect((await fieldsOf(server)).map(({ id }) => id)).toEqual([0, 1])
})

test.each([
  ['no cursor', 'https://example.com/api/v2/organization_fields.json'],
  ['no address', 'nowhere'],
])('the read fails if a page promises more but its link has %s', async (_, link) => {
  await using server = await twoPages(link)
  expect(await expectedErrorOf(fieldsOf(server))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  expect(server.requests).toHaveLength(1)
})
