import { expect, test } from 'vitest'
import { type ScriptedAnswer, testContext } from '../../http/test/scripted-server.ts'
import { calls, connect, organization, zendeskServer } from './connection.ts'

const ACME = { name: 'Acme', organization_fields: {} }

/** A connection whose run is cancelled at the first pause, and optionally aborted there too. */
function stoppedAtFirstPause({ givesUp }: { givesUp: boolean }) {
  const [cancelled, aborted] = [new AbortController(), new AbortController()]
  const sleep = async () => {
    cancelled.abort()
    if (givesUp) aborted.abort()
  }
  return { ...testContext(), sleep, stop: { cancelled: cancelled.signal, aborted: aborted.signal } }
}

const LOST: ScriptedAnswer = { status: 502 }
const unknown = { outcome: 'refused', code: 'RESULT_UNKNOWN' }

test('a cancelled run does not repeat a create whose answer was lost, but still looks for it', async () => {
  await using none = await zendeskServer([LOST, { json: { organizations: [] } }])
  const context = stoppedAtFirstPause({ givesUp: false })
  expect(await connect(none, context).createOrganization(ACME)).toMatchObject(unknown)
  expect(calls(none)).toEqual(['POST organizations', 'GET organizations/search'])

  await using there = await zendeskServer([LOST, { json: { organizations: [organization(42, 'Acme')] } }])
  expect(
    await connect(there, stoppedAtFirstPause({ givesUp: false })).createOrganization(ACME),
  ).toMatchObject({ outcome: 'exists', existing: { id: 42 } })
})

test('if the run is aborted in that pause, the result is unknown', async () => {
  await using server = await zendeskServer([LOST])
  const context = stoppedAtFirstPause({ givesUp: true })
  expect(await connect(server, context).createOrganization(ACME)).toMatchObject(unknown)
})

test('in a cancelled run, a create that Zendesk answered with 429 gets NOT_SENT', async () => {
  await using server = await zendeskServer([{ status: 429 }])
  const context = stoppedAtFirstPause({ givesUp: false })
  expect(await connect(server, context).createOrganization(ACME)).toMatchObject({
    outcome: 'refused',
    code: 'NOT_SENT',
  })
})

test('the result of a membership whose answer was lost is unknown', async () => {
  await using server = await zendeskServer([LOST])
  const context = stoppedAtFirstPause({ givesUp: true })
  expect(await connect(server, context).addUserToOrganization(1, 2)).toMatchObject(unknown)
})

test('the result of every item is unknown if the submission of its batch was lost', async () => {
  await using server = await zendeskServer([LOST])
  const results = await connect(server, stoppedAtFirstPause({ givesUp: true })).updateOrganizations([
    { id: 1 },
    { id: 2 },
  ])
  expect(results).toMatchObject([
    { id: 1, code: 'RESULT_UNKNOWN' },
    { id: 2, code: 'RESULT_UNKNOWN' },
  ])
})
