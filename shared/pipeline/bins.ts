import { byInstance, type GatherKind, INSTANCES, PARTNERS_INSTANCE, USERS_INSTANCE } from '../domain/index.ts'
import { type Artifact, artifacts } from './artifacts.ts'
import { compareStage, type StageName, syncStage } from './stage-names.ts'

/** A bin's row in the stage table. The bin can read and write only the artifacts of its row. */
export type Bin<Reads extends Artifact = Artifact, Writes extends Artifact = Artifact> = {
  stage: StageName
  bin: string
  /** Artifacts in the data directory. Any stage or bin may have written them. */
  reads: readonly Reads[]
  writes: readonly Writes[]
  /** The kind of records that it gathers from a service. Their counts are compared with those of the last run. */
  gathers?: GatherKind
  /** Whether several jobs may share the gather, one part each. */
  inParts?: true
  /** Whether it writes to Zendesk. Only these bins take --dry-run. */
  syncs?: true
}

const { accounts, doubts, partners, users } = artifacts
const PARTNER_PLAN = [partners.updates, partners.creates, partners.not_in_sync]
const USER_PLAN = [users.updates, users.creates, users.not_in_sync]
const ALL_GATHERED = INSTANCES.map(instance => artifacts.instances[instance].gathered)
const ALL_OBJECTS = INSTANCES.map(instance => artifacts.instances[instance].objects)

/** The rows of all bins. Each bin's code is in its own file. */
export const BINS = {
  accounts: {
    gather: bin('accounts', 'gather', { reads: [], writes: [accounts], gathers: 'accounts', inParts: true }),
  },
  orgs: byInstance((instance, { gatherBin }) =>
    bin('orgs', gatherBin, {
      reads: [],
      writes: [artifacts.instances[instance].gathered],
      gathers: 'organizations',
    }),
  ),
  processor: {
    processor: bin('processor', 'processor', {
      reads: [accounts, ...ALL_GATHERED],
      writes: [
        ...ALL_OBJECTS,
        artifacts.unmappedCharges,
        doubts,
        artifacts.plansUsed,
        artifacts.overridesUsed,
      ],
    }),
  },
  compare: byInstance(instance => {
    const { gathered, objects, updates, creates, not_in_sync, held } = artifacts.instances[instance]
    return bin(compareStage(instance), 'compare', {
      reads: [gathered, objects, doubts],
      writes: [updates, creates, not_in_sync, held],
    })
  }),
  sync: byInstance((instance, { hasSoldTos }) => {
    const { gathered, objects, updates, creates, not_in_sync, results } = artifacts.instances[instance]
    return bin(syncStage(instance), 'sync', {
      // The objects have the sold-to contacts for the organizations that an earlier run could not finish.
      reads: [updates, creates, not_in_sync, gathered, ...(hasSoldTos ? [objects] : [])],
      writes: [results],
      syncs: true,
    })
  }),
  partners: {
    salesforce: bin('partner-sync', 'salesforce', {
      reads: [],
      writes: [partners.objects],
      gathers: 'partners',
    }),
    zendesk: bin('partner-sync', 'zendesk', {
      reads: [partners.objects],
      writes: [partners.gathered],
      gathers: 'organizations',
    }),
    compare: bin('partner-sync', 'compare', {
      reads: [partners.objects, partners.gathered, artifacts.instances[PARTNERS_INSTANCE].objects, doubts],
      writes: PARTNER_PLAN,
    }),
    sync: bin('partner-sync', 'sync', {
      reads: [...PARTNER_PLAN, partners.gathered],
      writes: [partners.results],
      syncs: true,
    }),
  },
  users: {
    zendesk_orgs_gather: bin('usgov-user-sync', 'zendesk_orgs_gather', {
      reads: [],
      writes: [users.organizations],
      gathers: 'organizations',
    }),
    zendesk_users_gather: bin('usgov-user-sync', 'zendesk_users_gather', {
      reads: [],
      writes: [users.gathered],
      gathers: 'users',
    }),
    salesforce: bin('usgov-user-sync', 'salesforce', {
      reads: [users.organizations],
      writes: [users.contacts],
      gathers: 'contacts',
    }),
    compare: bin('usgov-user-sync', 'compare', {
      reads: [
        users.gathered,
        users.contacts,
        users.organizations,
        artifacts.instances[USERS_INSTANCE].objects,
      ],
      writes: USER_PLAN,
    }),
    sync: bin('usgov-user-sync', 'sync', {
      reads: [...USER_PLAN, users.gathered],
      writes: [users.results],
      syncs: true,
    }),
  },
}

function bin<Reads extends Artifact, Writes extends Artifact>(
  stage: StageName,
  name: string,
  row: Omit<Bin<Reads, Writes>, 'stage' | 'bin'>,
): Bin<Reads, Writes> {
  return { stage, bin: name, ...row }
}
