import type { Fault } from '@support-sync/fixtures/sandbox'
import { INSTANCES, type Instance, TRAITS } from '@support-sync/shared/domain'
import { syncStage } from '@support-sync/shared/pipeline'

/** The servers of the sandbox. */
export type Server = 'salesforce' | Instance | 'slack' | 'gitlab'

/** The kind of a call. The right outcome of a fault depends on it. */
export type CallKind =
  /** Reads data that the run cannot decide without. */
  | 'token'
  | 'query'
  | 'count'
  | 'list'
  | 'look-up'
  | 'file'
  /** Reads a batch of records before marks or after writes. */
  | 'show'
  /** Writes one record. */
  | 'create'
  /** Submits a batch as a job. */
  | 'update'
  /** Polls a job. Without an answer the run goes on and checks each item. */
  | 'poll'
  /** Optional: its failure is a warning. */
  | 'post'

/** One network call of one bin: how to recognise its requests, and what an error must name. */
export type CallRow = {
  name: string
  stage: string
  bin: string
  kind: CallKind
  server: Server
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: RegExp
  /** The text that a message about it must contain. */
  named: RegExp
  /** An earlier fault that causes this call. The tested fault then hits request number `from` of this call. */
  provokedBy?: Fault
  from?: number
}

const LOST = { kind: 'answer', status: 500, carriedOut: true } as const

const QUERY = /\/query\?/
/** The count that splits accounts into ranges, and the query of a range. */
const COUNT_QUERY = /\/query\?q=SELECT%20CALENDAR_YEAR/
const ACCOUNTS_QUERY = /\/query\?q=SELECT%20Account_ID/
/** The sandbox's locators in a query, and in a record's child set. */
const NEXT_PAGE = /\/query\/01g/
const CHILD_PAGE = /\/query\/0r8/

function salesforceCalls(stage: string, bin: string, query = QUERY): CallRow[] {
  const row = { stage, bin, server: 'salesforce' } as const
  return [
    {
      ...row,
      name: 'token',
      kind: 'token',
      method: 'POST',
      path: /\/oauth2\/token/,
      named: /log ?in|token/i,
    },
    { ...row, name: 'query', kind: 'query', method: 'GET', path: query, named: /query|session/i },
    { ...row, name: 'next page', kind: 'query', method: 'GET', path: NEXT_PAGE, named: /query|session/i },
  ]
}

function tokenCall(stage: string, bin: string, server: Instance): CallRow {
  return {
    stage,
    bin,
    server,
    name: 'token',
    kind: 'token',
    method: 'POST',
    path: /^\/oauth\/tokens$/,
    named: /oauth\/tokens|OAuth client/,
  }
}

/** The calls at the end of a bin's run. */
function revokeCalls(stage: string, bin: string, server: Instance): CallRow[] {
  const row = { stage, bin, server, kind: 'post', named: /oauth\/tokens/ } as const
  return [
    { ...row, name: 'list of tokens', method: 'GET', path: /\/api\/v2\/oauth\/tokens/ },
    { ...row, name: 'revoke the token', method: 'DELETE', path: /\/api\/v2\/oauth\/tokens\// },
  ]
}

function listCalls(
  stage: string,
  bin: string,
  server: Instance,
  resource: 'organizations' | 'users',
): CallRow[] {
  const row = { stage, bin, server, method: 'GET' } as const
  const named = new RegExp(resource)
  return [
    tokenCall(stage, bin, server),
    {
      ...row,
      name: `count of ${resource}`,
      kind: 'count',
      path: new RegExp(`/${resource}/count`),
      named,
    },
    {
      ...row,
      name: `list of ${resource}`,
      kind: 'list',
      path: new RegExp(`/${resource}(\\.json)?(\\?|$)`),
      named,
    },
  ]
}

function organizationSyncCalls(stage: string, server: Instance): CallRow[] {
  const row = { stage, bin: 'sync', server } as const
  const create = { method: 'POST', path: /\/organizations(\.json)?$/ } as const
  return [
    tokenCall(stage, 'sync', server),
    { ...row, ...create, name: 'create organization', kind: 'create', named: /organizations|create/ },
    {
      ...row,
      name: 'look-up after a lost create',
      kind: 'look-up',
      method: 'GET',
      path: /\/organizations\/search/,
      named: /organizations\/search/,
      provokedBy: { ...create, times: 1, effect: LOST },
      from: 1,
    },
    ...jobCalls(stage, server, 'organizations'),
  ]
}

function jobCalls(stage: string, server: Instance, resource: string): CallRow[] {
  const row = { stage, bin: 'sync', server } as const
  return [
    {
      ...row,
      name: `update many ${resource}`,
      kind: 'update',
      method: 'PUT',
      path: new RegExp(`/${resource}/update_many`),
      named: /update_many|update|mark/,
    },
    {
      ...row,
      name: 'job poll',
      kind: 'poll',
      method: 'GET',
      path: /\/job_statuses\//,
      named: /job|update|mark/,
    },
    {
      ...row,
      name: `show many ${resource}`,
      kind: 'show',
      method: 'GET',
      path: new RegExp(`/${resource}/show_many`),
      named: /show_many|create|update|mark/,
    },
  ]
}

const SYNC_GLOBAL = { stage: 'sync-global', bin: 'sync', server: 'global' } as const
const USER_SYNC = { stage: 'usgov-user-sync', bin: 'sync', server: 'usgov' } as const
const ASSOCIATE = { method: 'POST', path: /\/organization_memberships/ } as const
const CREATE_USER = { method: 'POST', path: /\/users(\.json)?$/ } as const
const FIND_USER = {
  kind: 'look-up',
  method: 'GET',
  path: /\/users\/search/,
  named: /users\/search/,
} as const
const IDENTITIES = {
  name: "user's secondary addresses",
  kind: 'look-up',
  method: 'GET',
  path: /\/users\/\d+\/identities/,
  named: /identities/,
} as const

/** Every network call of the stages. */
export const CALLS: readonly CallRow[] = [
  ...salesforceCalls('accounts', 'gather', ACCOUNTS_QUERY),
  {
    name: 'count of accounts',
    stage: 'accounts',
    bin: 'gather',
    kind: 'query',
    server: 'salesforce',
    method: 'GET',
    path: COUNT_QUERY,
    named: /query|session|count/i,
  },
  {
    name: 'child page',
    stage: 'accounts',
    bin: 'gather',
    kind: 'query',
    server: 'salesforce',
    method: 'GET',
    path: CHILD_PAGE,
    named: /query|session|Zuora__/i,
  },
  ...INSTANCES.flatMap(instance => listCalls('orgs', TRAITS[instance].gatherBin, instance, 'organizations')),
  {
    name: 'override file',
    stage: 'processor',
    bin: 'processor',
    kind: 'file',
    server: 'gitlab',
    method: 'GET',
    path: /\/repository\/files\//,
    named: /GitLab|overrides\.yml/,
  },
  ...INSTANCES.flatMap(instance => organizationSyncCalls(syncStage(instance), instance)),
  // The end of a run is the same for every bin. One bin that reads and one that writes are enough.
  ...revokeCalls('orgs', TRAITS.usgov.gatherBin, 'usgov'),
  ...revokeCalls('sync-usgov', 'sync', 'usgov'),
  { ...SYNC_GLOBAL, ...FIND_USER, name: 'user look-up' },
  { ...SYNC_GLOBAL, ...IDENTITIES },
  { ...SYNC_GLOBAL, ...ASSOCIATE, name: 'associate user', kind: 'create', named: /memberships|associate/ },
  {
    ...SYNC_GLOBAL,
    name: 'look-up after a lost association',
    kind: 'look-up',
    method: 'GET',
    path: /\/users\/\d+\/organization_memberships/,
    named: /organization_memberships/,
    provokedBy: { ...ASSOCIATE, times: 1, effect: LOST },
    from: 1,
  },
  {
    name: 'Slack post',
    stage: 'sync-global',
    bin: 'sync',
    kind: 'post',
    server: 'slack',
    method: 'POST',
    path: /chat\.postMessage/,
    named: /Slack/,
  },
  ...salesforceCalls('partner-sync', 'salesforce'),
  ...listCalls('partner-sync', 'zendesk', 'global', 'organizations'),
  ...organizationSyncCalls('partner-sync', 'global'),
  ...listCalls('usgov-user-sync', 'zendesk_orgs_gather', 'usgov', 'organizations'),
  ...listCalls('usgov-user-sync', 'zendesk_users_gather', 'usgov', 'users'),
  {
    ...FIND_USER,
    name: 'controlled end user',
    stage: 'usgov-user-sync',
    bin: 'zendesk_users_gather',
    server: 'usgov',
  },
  ...salesforceCalls('usgov-user-sync', 'salesforce'),
  tokenCall('usgov-user-sync', 'sync', 'usgov'),
  { ...USER_SYNC, ...FIND_USER, name: 'user look-up' },
  { ...USER_SYNC, ...IDENTITIES },
  { ...USER_SYNC, ...CREATE_USER, name: 'create user', kind: 'create', named: /users|create/ },
  {
    ...USER_SYNC,
    ...FIND_USER,
    name: 'look-up after a lost create',
    provokedBy: { ...CREATE_USER, times: 1, effect: LOST },
    // Each create searches for its address first.
    from: 2,
  },
  ...jobCalls('usgov-user-sync', 'usgov', 'users'),
]
