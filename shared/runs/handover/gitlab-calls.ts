import { z } from 'zod'
import {
  type Answer,
  type Call,
  exchange,
  type HttpContext,
  unknownAnswer,
} from '../../services/http/index.ts'
import { gitlabRefused, gitlabUnavailable } from './gitlab-refusals.ts'
import type { GitlabSettings } from './gitlab-settings.ts'

const PAGE_SIZE = 100
/** GitLab's limit: 50,000 rows. */
const MAX_PAGES = 500

/** The calls to one project. All throw an `ExpectedError` if GitLab is unavailable. All except `ask` throw if it refuses. */
export type GitlabCalls = {
  /** Makes one call. The answer may be a refusal. The path is relative to the API's address. */
  ask: (path: string, more?: Partial<Call>) => Promise<{ call: Call; answer: Answer }>
  /** Makes one call, and parses the answer. */
  read: <Value>(path: string, schema: z.ZodType<Value, unknown>) => Promise<Value>
  /** The same as `read`, but undefined if GitLab answers 404. */
  find: <Value>(path: string, schema: z.ZodType<Value, unknown>) => Promise<Value | undefined>
  /** Reads a list of the project, page by page. */
  pages: <Row>(
    path: string,
    schema: z.ZodType<Row, unknown>,
    query?: URLSearchParams,
  ) => AsyncGenerator<Row[]>
  /** Creates the error for a refusal. */
  refused: (call: Call, answer: Answer) => Error
  /** The project's path, relative to the API's address. */
  project: string
}

export function gitlabCalls(settings: GitlabSettings, context: HttpContext): GitlabCalls {
  const project = `/projects/${encodeURIComponent(settings.projectId)}`
  const refused: GitlabCalls['refused'] = (call, answer) => gitlabRefused(call, answer, settings)

  const ask: GitlabCalls['ask'] = async (path, more = {}) => {
    const call: Call = { ...callOf(settings, path), ...more }
    const answer = await exchange(call, context).catch(error => {
      throw gitlabUnavailable(error, settings)
    })
    return { call, answer }
  }

  async function readAnswer<Value>(path: string, schema: z.ZodType<Value, unknown>) {
    const { call, answer } = await ask(path, { answer: 'json' })
    if (answer.status >= 400) throw refused(call, answer)
    return understood(call, answer, schema)
  }

  function understood<Value>(call: Call, answer: Answer, schema: z.ZodType<Value, unknown>) {
    const parsed = schema.safeParse(answer.json)
    if (parsed.success) return { value: parsed.data, headers: answer.headers }
    throw unknownAnswer(call.service, `GET ${new URL(call.url).pathname}`, z.prettifyError(parsed.error))
  }

  return {
    ask,
    refused,
    project,
    async read(path, schema) {
      return (await readAnswer(path, schema)).value
    },
    async find(path, schema) {
      const { call, answer } = await ask(path, { answer: 'json' })
      if (answer.status === 404) return undefined
      if (answer.status >= 400) throw refused(call, answer)
      return understood(call, answer, schema).value
    },
    async *pages(path, schema, query = new URLSearchParams()) {
      for (let page = 1; page <= MAX_PAGES; page++) {
        const own = new URLSearchParams([['per_page', String(PAGE_SIZE)], ['page', String(page)], ...query])
        const { value, headers } = await readAnswer(`${project}${path}?${own}`, z.array(schema))
        yield value
        // https://docs.gitlab.com/api/rest/#pagination: the last page has no next one.
        const next = headers.get('x-next-page')
        if (next === null ? value.length < PAGE_SIZE : next === '') return
      }
    },
  }
}

function callOf(settings: GitlabSettings, path: string): Call {
  const call = {
    service: 'GitLab',
    method: 'GET',
    url: `${settings.apiUrl}${path}`,
    safeToRepeat: true,
    answer: 'text',
  } as const
  return 'jobToken' in settings
    ? {
        ...call,
        settings: "the job's token permissions (Settings, CI/CD)",
        headers: { 'JOB-TOKEN': settings.jobToken },
      }
    : {
        ...call,
        settings: `GITLAB_HOST and ${settings.tokenFrom}`,
        unavailableHint: `Check that ${new URL(settings.apiUrl).origin} (GITLAB_HOST) is your GitLab and that this machine can reach it. Then run the command again.`,
        headers: { authorization: `Bearer ${settings.userToken}` },
      }
}
