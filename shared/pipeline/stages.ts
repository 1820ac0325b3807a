import {
  type GatherKind,
  INSTANCE_ARTIFACTS,
  INSTANCES,
  type Instance,
  PLAN_ARTIFACTS,
  TRAITS,
} from '../domain/index.ts'

/**
 * The one table of the stages: their bins in order, what each reads and writes, and what a stage follows. The local
 * runner, the check of the CI files and the docs' diagram come from it.
 */

export type Bin = {
  bin: string
  /** Artifacts of the data directory, whichever stage or bin wrote them. */
  reads: readonly string[]
  writes: readonly string[]
  /** What it reads from a service, if it gathers: their counts are held against the last run's. */
  gathers?: GatherKind
  /** Whether it writes to Zendesk: the bins that take --dry-run. */
  syncs?: true
}

/** The stages that an instance has of its own. */
export type CompareStage = `compare-${Instance}`
export type SyncStage = `sync-${Instance}`
export type StageName =
  | 'accounts'
  | 'orgs'
  | 'processor'
  | CompareStage
  | SyncStage
  | 'partner-sync'
  | 'usgov-user-sync'

export type Stage = {
  stage: StageName
  /** The Zendesk instance that it writes to; null when it writes to none. */
  instance: Instance | null
  /** The stages that must have ended before this one starts. */
  follows: readonly StageName[]
  /** Artifacts handed on from earlier stages: file → the stage that wrote it. */
  inputs: Readonly<Record<string, StageName>>
  /** Of its inputs those that it starts without when the stage that writes them has failed. */
  optionalInputs?: readonly string[]
  bins: readonly Bin[]
  /** Set where no bin waits for another: each hands on what it wrote itself, whatever became of the others. */
  binsApart?: true
}

const OWN_PLAN = Object.values(PLAN_ARTIFACTS)
const ALL_GATHERED = INSTANCES.map(instance => INSTANCE_ARTIFACTS[instance].gathered)
const DOUBTS = 'doubts.json'

/** The stages, in order: those of all accounts, then each instance's. */
export const STAGES: readonly Stage[] = [
  {
    stage: 'accounts',
    instance: null,
    follows: [],
    inputs: {},
    bins: [{ bin: 'gather', reads: [], writes: ['salesforce_accounts.json'], gathers: 'accounts' }],
  },
  {
    stage: 'orgs',
    instance: null,
    // It reads another service than accounts does: they gather side by side.
    follows: [],
    inputs: {},
    bins: INSTANCES.map(instance => ({
      bin: TRAITS[instance].gatherBin,
      reads: [],
      writes: [INSTANCE_ARTIFACTS[instance].gathered],
      gathers: 'organizations',
    })),
    binsApart: true,
  },
  {
    stage: 'processor',
    instance: null,
    follows: ['accounts', 'orgs'],
    inputs: {
      'salesforce_accounts.json': 'accounts',
      ...Object.fromEntries(ALL_GATHERED.map(name => [name, 'orgs' as const])),
    },
    // Without an instance's organizations the other instance goes on.
    optionalInputs: ALL_GATHERED,
    bins: [
      {
        bin: 'processor',
        reads: ['salesforce_accounts.json', ...ALL_GATHERED],
        writes: [
          ...INSTANCES.map(instance => INSTANCE_ARTIFACTS[instance].objects),
          'unmapped_charges.json',
          DOUBTS,
          'plans_used.json',
          'overrides_used.json',
        ],
      },
    ],
  },
  ...INSTANCES.flatMap(stagesOf),
]

/** An instance's stages: it is compared, then written to, and then comes what only that one has. */
function stagesOf(instance: Instance): Stage[] {
  const { gathered, objects, held, ...plan } = INSTANCE_ARTIFACTS[instance]
  const { hasPartners, hasSoldTos, hasUsers } = TRAITS[instance]
  const compare = compareStage(instance)
  const sync = syncStage(instance)
  const planned = Object.values(plan)
  // The addresses of sold-to contacts, for what an earlier run could not finish.
  const soldTos = hasSoldTos ? [objects] : []
  return [
    {
      stage: compare,
      instance: null,
      follows: ['processor'],
      inputs: { [gathered]: 'orgs', [objects]: 'processor', [DOUBTS]: 'processor' },
      bins: [{ bin: 'compare', reads: [gathered, objects, DOUBTS], writes: [...planned, held] }],
    },
    {
      stage: sync,
      instance,
      follows: [compare],
      inputs: {
        [gathered]: 'orgs',
        ...Object.fromEntries(planned.map(name => [name, compare])),
        ...Object.fromEntries(soldTos.map(name => [name, 'processor' as const])),
      },
      ...(soldTos.length > 0 ? { optionalInputs: soldTos } : {}),
      bins: [
        {
          bin: 'sync',
          reads: [...planned, gathered, ...soldTos],
          writes: ['sync_results.json'],
          syncs: true,
        },
      ],
    },
    ...(hasPartners ? [partnerSync(instance)] : []),
    ...(hasUsers ? [userSync(instance)] : []),
  ]
}

function partnerSync(instance: Instance): Stage {
  const { objects } = INSTANCE_ARTIFACTS[instance]
  return {
    stage: 'partner-sync',
    instance,
    follows: [syncStage(instance)],
    inputs: { [objects]: 'processor', [DOUBTS]: 'processor' },
    // Started by itself it knows of no customers.
    optionalInputs: [objects, DOUBTS],
    bins: [
      { bin: 'salesforce', reads: [], writes: ['salesforce_accounts.json'], gathers: 'partners' },
      {
        bin: 'zendesk',
        reads: ['salesforce_accounts.json'],
        writes: ['zendesk_orgs.json'],
        gathers: 'organizations',
      },
      {
        bin: 'compare',
        reads: ['salesforce_accounts.json', 'zendesk_orgs.json', objects, DOUBTS],
        writes: OWN_PLAN,
      },
      {
        bin: 'sync',
        reads: [...OWN_PLAN, 'zendesk_orgs.json'],
        writes: ['sync_results.json'],
        syncs: true,
      },
    ],
  }
}

function userSync(instance: Instance): Stage {
  const { objects } = INSTANCE_ARTIFACTS[instance]
  return {
    stage: 'usgov-user-sync',
    instance,
    follows: [syncStage(instance)],
    inputs: { [objects]: 'processor' },
    // Started by itself it takes every key for an account's.
    optionalInputs: [objects],
    bins: [
      { bin: 'zendesk_orgs_gather', reads: [], writes: ['zendesk_orgs.json'], gathers: 'organizations' },
      { bin: 'zendesk_users_gather', reads: [], writes: ['zendesk_users.json'], gathers: 'users' },
      {
        bin: 'salesforce',
        reads: ['zendesk_orgs.json'],
        writes: ['salesforce_contacts.json'],
        gathers: 'contacts',
      },
      {
        bin: 'compare',
        reads: ['zendesk_users.json', 'salesforce_contacts.json', 'zendesk_orgs.json', objects],
        writes: OWN_PLAN,
      },
      {
        bin: 'sync',
        reads: [...OWN_PLAN, 'zendesk_users.json'],
        writes: ['sync_results.json'],
        syncs: true,
      },
    ],
  }
}

/** The stage that compares an instance with what it should hold. */
export function compareStage<One extends Instance>(instance: One): `compare-${One}` {
  return `compare-${instance}`
}

/** The stage that writes an instance's organizations. */
export function syncStage<One extends Instance>(instance: One): `sync-${One}` {
  return `sync-${instance}`
}

/** The stage of a name; undefined when there is none. */
export function findStage(name: string): Stage | undefined {
  return STAGES.find(({ stage }) => stage === name)
}

/** The bin that writes what a stage reads: one of its own, or of the stage that hands it on; undefined when none does. */
export function writerOf(
  { stage, bins, inputs }: Stage,
  artifact: string,
): { stage: StageName; bin: string } | undefined {
  const handedOn = inputs[artifact]
  const from = handedOn === undefined ? { stage, bins } : findStage(handedOn)
  const writer = from?.bins.find(({ writes }) => writes.includes(artifact))
  return from && writer && { stage: from.stage, bin: writer.bin }
}

/** The job that hands an artifact of a stage on: the bin that writes it, or the stage's last, which has all. */
export function handingBin({ bins, binsApart }: Stage, artifact: string): string | undefined {
  const writer = binsApart && bins.find(({ writes }) => writes.includes(artifact))
  return (writer || bins.at(-1))?.bin
}

/** Whether a stage runs though one that it follows has failed: it goes on without each thing that it takes from there. */
export function goesOnBehindFailed({ inputs, optionalInputs = [] }: Stage, followed: StageName): boolean {
  const taken = Object.keys(inputs).filter(name => inputs[name] === followed)
  return taken.length > 0 && taken.every(name => optionalInputs.includes(name))
}

/**
 * Whether a stage is another, or comes after it. Of those that follow none each comes after the ones above it in the
 * table: a run from the first is a run of all.
 */
export function isAtOrAfter(stage: Stage, from: StageName): boolean {
  if (stage.stage === from) return true
  if (stage.follows.length > 0)
    return stage.follows.some(name => {
      const followed = findStage(name)
      return followed !== undefined && isAtOrAfter(followed, from)
    })
  const place = STAGES.findIndex(row => row.stage === from)
  return STAGES[place]?.follows.length === 0 && place < STAGES.indexOf(stage)
}
