import type { HttpContext } from '../../http/index.ts'
import {
  type RecordedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
  testContext,
} from '../../http/test/scripted-server.ts'
import { connectZendesk, type Zendesk } from '../index.ts'

/** A server that answers from a list, or from one list per `METHOD path`. */
export async function zendeskServer(
  script: readonly ScriptedAnswer[] | Record<string, readonly ScriptedAnswer[]>,
): Promise<ScriptedServer> {
  if (Array.isArray(script)) return startScriptedServer(script)
  const asked = new Map<string, number>()
  return startScriptedServer(({ method, path }) => {
    const call = `${method} ${path.replace('/api/v2/', '').replace('.json', '')}`
    const times = asked.get(call) ?? 0
    asked.set(call, times + 1)
    return Object.entries(script).find(([key]) => key === call)?.[1][times]
  })
}

export function connect(server: ScriptedServer, context: HttpContext = testContext()): Zendesk {
  return connectZendesk(
    {
      name: 'Zendesk Global',
      variables: 'ZENDESK_GLOBAL',
      url: `${server.url}/`,
      user: 'sync@example.com',
      token: 'secret',
    },
    context,
  )
}

/** `METHOD path` of every request, such as `GET organizations`. */
export function calls(server: ScriptedServer): string[] {
  return server.requests.map(
    ({ method, path }) => `${method} ${path.replace('/api/v2/', '').replace('.json', '')}`,
  )
}

export function bodyOf(request: RecordedRequest | undefined): unknown {
  return JSON.parse(request?.body ?? 'null')
}

export function organizations(count: number, from = 1) {
  return Array.from({ length: count }, (_, index) => organization(from + index))
}

export function organization(id: number, name = `Organization ${id}`) {
  return { id, name, organization_fields: { salesforce_id: null }, tags: ['ignored'] }
}

export function user(id: number, given: object = {}) {
  const email = `user-${id}@example.com`
  const role = 'end-user'
  return {
    id,
    name: `User ${id}`,
    email,
    role,
    organization_id: null,
    active: true,
    user_fields: {},
    ...given,
  }
}
