/**
 * The one table of the nine stages: their bins in order, what each reads and writes, and what a stage follows.
 * The local runner, the check of the CI files and the docs' diagram come from it.
 */

type BinRow = {
  bin: string
  /** Artifacts of the data directory, whichever stage or bin wrote them. */
  reads: readonly string[]
  writes: readonly string[]
  /** Whether it reads records from a neighbour: their number is held against the last run's. */
  gathers?: true
  /** Whether it writes to Zendesk: the bins that take --dry-run. */
  syncs?: true
}

type StageRow = {
  stage: string
  /** The Zendesk instance that it writes to; null when it writes to none. */
  instance: 'global' | 'usgov' | null
  /** The stages that must have ended before this one starts. */
  follows: readonly string[]
  /** Artifacts handed on from earlier stages: file → the stage that wrote it. */
  inputs: Readonly<Record<string, string>>
  bins: readonly BinRow[]
}

const PLAN_ARTIFACTS = ['updates.json', 'creates.json', 'not_in_sync.json'] as const
const GLOBAL_PLAN = PLAN_ARTIFACTS.map(name => `global_${name}`)
const USGOV_PLAN = PLAN_ARTIFACTS.map(name => `usgov_${name}`)

const TABLE = [
  {
    stage: 'accounts',
    instance: null,
    follows: [],
    inputs: {},
    bins: [{ bin: 'gather', reads: [], writes: ['salesforce_accounts.json'], gathers: true }],
  },
  {
    stage: 'orgs',
    instance: null,
    follows: ['accounts'],
    inputs: {},
    bins: [
      { bin: 'gather_global', reads: [], writes: ['zendesk_global.json'], gathers: true },
      { bin: 'gather_us_government', reads: [], writes: ['zendesk_usgov.json'], gathers: true },
    ],
  },
  {
    stage: 'processor',
    instance: null,
    follows: ['orgs'],
    inputs: { 'salesforce_accounts.json': 'accounts', 'zendesk_global.json': 'orgs' },
    bins: [
      {
        bin: 'processor',
        reads: ['salesforce_accounts.json', 'zendesk_global.json'],
        writes: [
          'global_accounts.json',
          'usgov_accounts.json',
          'unmapped_charges.json',
          'plans_used.json',
          'overrides_used.json',
        ],
      },
    ],
  },
  {
    stage: 'compare-global',
    instance: null,
    follows: ['processor'],
    inputs: { 'zendesk_global.json': 'orgs', 'global_accounts.json': 'processor' },
    bins: [{ bin: 'compare', reads: ['zendesk_global.json', 'global_accounts.json'], writes: GLOBAL_PLAN }],
  },
  {
    stage: 'sync-global',
    instance: 'global',
    follows: ['compare-global'],
    inputs: {
      'zendesk_global.json': 'orgs',
      'global_updates.json': 'compare-global',
      'global_creates.json': 'compare-global',
      'global_not_in_sync.json': 'compare-global',
    },
    bins: [
      {
        bin: 'sync',
        reads: [...GLOBAL_PLAN, 'zendesk_global.json'],
        writes: ['sync_results.json'],
        syncs: true,
      },
    ],
  },
  {
    stage: 'partner-sync',
    instance: 'global',
    follows: ['sync-global'],
    inputs: {},
    bins: [
      { bin: 'salesforce', reads: [], writes: ['salesforce_accounts.json'], gathers: true },
      { bin: 'zendesk', reads: ['salesforce_accounts.json'], writes: ['zendesk_orgs.json'], gathers: true },
      { bin: 'compare', reads: ['salesforce_accounts.json', 'zendesk_orgs.json'], writes: PLAN_ARTIFACTS },
      {
        bin: 'sync',
        reads: [...PLAN_ARTIFACTS, 'zendesk_orgs.json'],
        writes: ['sync_results.json'],
        syncs: true,
      },
    ],
  },
  {
    stage: 'compare-usgov',
    instance: null,
    follows: ['processor'],
    inputs: { 'zendesk_usgov.json': 'orgs', 'usgov_accounts.json': 'processor' },
    bins: [{ bin: 'compare', reads: ['zendesk_usgov.json', 'usgov_accounts.json'], writes: USGOV_PLAN }],
  },
  {
    stage: 'sync-usgov',
    instance: 'usgov',
    follows: ['compare-usgov'],
    inputs: {
      'zendesk_usgov.json': 'orgs',
      'usgov_updates.json': 'compare-usgov',
      'usgov_creates.json': 'compare-usgov',
      'usgov_not_in_sync.json': 'compare-usgov',
    },
    bins: [
      {
        bin: 'sync',
        reads: [...USGOV_PLAN, 'zendesk_usgov.json'],
        writes: ['sync_results.json'],
        syncs: true,
      },
    ],
  },
  {
    stage: 'usgov-user-sync',
    instance: 'usgov',
    follows: ['sync-usgov'],
    inputs: {},
    bins: [
      { bin: 'zendesk_orgs_gather', reads: [], writes: ['zendesk_orgs.json'], gathers: true },
      { bin: 'zendesk_users_gather', reads: [], writes: ['zendesk_users.json'], gathers: true },
      {
        bin: 'salesforce',
        reads: ['zendesk_orgs.json'],
        writes: ['salesforce_contacts.json'],
        gathers: true,
      },
      { bin: 'compare', reads: ['zendesk_users.json', 'salesforce_contacts.json'], writes: PLAN_ARTIFACTS },
      {
        bin: 'sync',
        reads: [...PLAN_ARTIFACTS, 'zendesk_users.json'],
        writes: ['sync_results.json'],
        syncs: true,
      },
    ],
  },
] as const satisfies readonly StageRow[]

export type StageName = (typeof TABLE)[number]['stage']
export type Stage = StageRow & { stage: StageName }

/** The nine stages, in order. */
export const STAGES: readonly Stage[] = TABLE
export type Bin = BinRow

/** The stage of a name; undefined when there is none. */
export function findStage(name: string): Stage | undefined {
  return STAGES.find(({ stage }) => stage === name)
}

/** Whether a stage is another, or comes after it. */
export function isAtOrAfter(stage: Stage, from: StageName): boolean {
  if (stage.stage === from) return true
  return stage.follows.some(name => {
    const followed = findStage(name)
    return followed !== undefined && isAtOrAfter(followed, from)
  })
}
