import { expect, test } from 'vitest'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { troubleOf } from '../../http/test/trouble-of.ts'
import { connectZendeskSetUp } from '../index.ts'

const field = (id: number) => ({ id, key: `field_${id}`, type: 'text', active: true })

function fieldsOf({ url }: { url: string }) {
  const credentials = { name: 'Zendesk Global', variables: 'ZENDESK_GLOBAL_URL', url, user: 'u', token: 't' }
  return connectZendeskSetUp(credentials, testContext()).fields('organization')
}

/** Two pages, the first of which names this link to the next. */
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

test('a list that comes whole, without paging, is one', async () => {
  await using server = await startScriptedServer([{ json: { organization_fields: [field(7)] } }])
  expect((await fieldsOf(server)).map(({ id }) => id)).toEqual([7])
})

test('a promise of more that leads to another host is not followed, and the list is not whole', async () => {
  await using server = await twoPages('https://example.com/api/v2/organization_fields.json?page=2')
  expect(await troubleOf(fieldsOf(server))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  expect(server.requests).toHaveLength(1)
})
