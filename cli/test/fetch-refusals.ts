import type {
  GitlabRules,
  ServedJob,
  ServedPipeline,
  ServedToken,
} from '@support-sync/fixtures/sandbox/gitlab'
import { unzipSync, zipSync } from 'fflate'

/** What fetch-run refuses, and the error for each. */

/** How the GitLab stand-in's answers differ from the runs of the real jobs. */
export type World = {
  who?: Partial<ServedToken>
  rules?: Partial<GitlabRules>
  /** Changes a job before it is served. Returns undefined to omit the job. */
  change?: (job: ServedJob) => ServedJob | undefined
  status?: (pipeline: ServedPipeline) => string
}

export const spoiled = (
  job: ServedJob,
  files: (found: Record<string, Uint8Array>) => Record<string, Uint8Array>,
) => ({
  ...job,
  zip: job.zip && zipSync(files(unzipSync(job.zip))),
})
export const of = (name: string, change: (job: ServedJob) => ServedJob | undefined) => (job: ServedJob) =>
  job.name === name && job.pipeline < 150 ? change(job) : job
export const without = (end: string) => (found: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(found).filter(([path]) => !path.endsWith(end)))
export const changed = (end: string) => (found: Record<string, Uint8Array>) =>
  Object.fromEntries(
    Object.entries(found).map(([path, content]) => [
      path,
      path.endsWith(end) ? new Uint8Array([...content, 32]) : content,
    ]),
  )

/** A title, the changes on GitLab, the arguments, the exit code, the error's code, and a part of its text. */
export const REFUSALS: [string, World, string[], number, string, string][] = [
  [
    'an expired token',
    { who: { state: 'expired' } },
    ['100'],
    2,
    'GITLAB_TOKEN_REFUSED',
    'personal_access_tokens?name=',
  ],
  [
    'a token without read_api',
    { who: { scopes: ['read_user'] } },
    ['100'],
    2,
    'GITLAB_SCOPE_MISSING',
    'read_api',
  ],
  [
    'the role Reporter',
    { who: { role: 'reporter' } },
    ['100'],
    2,
    'GITLAB_NOT_ALLOWED',
    'role Developer in support/sync',
  ],
  ['no role', { who: { role: null } }, ['100'], 2, 'GITLAB_NOT_FOUND', '--project'],
  ['the id of a pipeline that does not exist', {}, ['77'], 2, 'NO_RUN', 'has no pipeline 77'],
  ['the id of a stage’s pipeline', {}, ['102'], 2, 'NO_RUN', 'root pipeline'],
  ['a text that is not an id', {}, ['newest'], 2, 'USAGE', '--help'],
  ['an id in an address', {}, ['https://gitlab.example.com/a/-/pipelines/77'], 2, 'NO_RUN', 'pipeline 77'],
  [
    'a run that has not ended',
    { status: ({ id, status }) => (id === 100 ? 'running' : status) },
    ['100'],
    75,
    'RUN_NOT_ENDED',
    'fetch-run last',
  ],
  [
    'a run without a record',
    { change: of('record', () => undefined) },
    ['100'],
    2,
    'NO_RUN_RECORD',
    'cancelled before its last job',
  ],
  [
    'artifacts that have expired',
    { change: job => (job.name === 'record' ? job : { ...job, zip: null }) },
    ['100'],
    2,
    'RUN_EXPIRED',
    'accounts, orgs, processor',
  ],
  [
    'a record that has expired',
    { change: job => ({ ...job, zip: null }) },
    ['last'],
    2,
    'RUN_EXPIRED',
    'seven',
  ],
  ['a project without runs', { change: () => undefined }, [], 2, 'NO_RUN', 'left a record yet'],
  [
    'a stage without its manifest',
    { change: of('accounts:gather', job => spoiled(job, without('/manifest.json'))) },
    ['100'],
    2,
    'HANDOVER_MISSING',
    'it has no manifest',
  ],
  [
    'an output that does not match its manifest',
    { change: of('processor:processor', job => spoiled(job, changed('/global_accounts.json'))) },
    ['100'],
    2,
    'HANDOVER_MISSING',
    'global_accounts.json does not match its manifest',
  ],
  [
    'an input that does not match its manifest',
    { change: of('sync-usgov:sync', job => spoiled(job, changed('/usgov_updates.json'))) },
    ['100'],
    2,
    'HANDOVER_MISSING',
    'usgov_updates.json does not match its manifest',
  ],
  [
    'a truncated archive',
    { change: of('accounts:gather', job => ({ ...job, zip: job.zip?.subarray(0, 100) ?? null })) },
    ['100'],
    2,
    'HANDOVER_MISSING',
    'not a complete zip',
  ],
  [
    'orgs without the manifest of one of its jobs',
    { change: of('orgs:gather_global', job => spoiled(job, without('/manifest.json'))) },
    ['100'],
    2,
    'HANDOVER_MISSING',
    'of orgs',
  ],
]
