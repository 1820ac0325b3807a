import { INSTANCES, type Instance, TRAITS } from '../domain/index.ts'
import { type Artifact, artifacts } from './artifacts.ts'
import { BINS, type Bin } from './bins.ts'
import { compareStage, type StageName, syncStage } from './stage-names.ts'

/**
 * The only table of the stages: their bins in order, and the stages that each one follows. The local runner, the check
 * of the CI files and the tables in the docs use it.
 */

export type Stage = {
  stage: StageName
  /** The Zendesk instance that it writes to; null if it writes to none. */
  instance: Instance | null
  /** The stages that must end before this one starts. */
  follows: readonly StageName[]
  /** The artifacts of earlier stages that its bins read: file name → the stage that writes it. */
  inputs: Readonly<Record<string, StageName>>
  /** The inputs that it does not need: it starts without them if the stage that writes them failed. */
  optionalInputs: readonly string[]
  bins: readonly Bin[]
  /** True if its bins do not need each other: each one hands on its own artifacts, even if another one fails. */
  independentBins?: true
}

/** The stages in order: first those for all accounts, then those of each instance. */
export const STAGES: readonly Stage[] = [
  stage('accounts', { follows: [], bins: Object.values(BINS.accounts) }),
  // Not after accounts: it reads from another service, so both can gather at the same time.
  stage('orgs', { follows: [], bins: Object.values(BINS.orgs), independentBins: true }),
  stage('processor', {
    follows: ['accounts', 'orgs'],
    bins: Object.values(BINS.processor),
    // If one instance's organizations are missing, the other instance continues.
    optional: INSTANCES.map(instance => artifacts.instances[instance].gathered),
  }),
  ...INSTANCES.flatMap(stagesOf),
]

/** An instance's stages: compare, sync, then the stages that only this instance has. */
function stagesOf(instance: Instance): Stage[] {
  const { objects } = artifacts.instances[instance]
  const { hasPartners, hasUsers } = TRAITS[instance]
  const sync = syncStage(instance)
  const afterSync = { instance, follows: [sync] }
  return [
    stage(compareStage(instance), { follows: ['processor'], bins: [BINS.compare[instance]] }),
    stage(sync, {
      instance,
      follows: [compareStage(instance)],
      bins: [BINS.sync[instance]],
      optional: [objects],
    }),
    ...(hasPartners
      ? [
          stage('partner-sync', {
            ...afterSync,
            bins: Object.values(BINS.partners),
            // If you start this stage alone, there are no customers' objects.
            optional: [objects, artifacts.doubts],
          }),
        ]
      : []),
    ...(hasUsers
      ? [
          stage('usgov-user-sync', {
            ...afterSync,
            bins: Object.values(BINS.users),
            // If you start this stage alone, there are no objects: every match key counts as an account's.
            optional: [objects],
          }),
        ]
      : []),
  ]
}

/** A stage's row. Its inputs are the artifacts that its bins read and another stage writes. */
function stage(
  name: StageName,
  given: Pick<Stage, 'follows' | 'bins' | 'independentBins'> & {
    instance?: Instance
    optional?: readonly Artifact[]
  },
): Stage {
  const { instance = null, optional = [], ...row } = given
  const handedOn = row.bins.flatMap(({ reads }) => reads).filter(({ producer }) => producer !== name)
  return {
    stage: name,
    instance,
    ...row,
    inputs: Object.fromEntries(handedOn.map(artifact => [artifact.name, artifact.producer])),
    optionalInputs: handedOn.filter(one => optional.includes(one)).map(one => one.name),
  }
}

/** Finds a stage by its name; undefined if there is none. */
export function findStage(name: string): Stage | undefined {
  return STAGES.find(({ stage }) => stage === name)
}

/** The bin that writes an artifact. */
export function writerOf(artifact: Artifact): Bin {
  const writer = STAGES.flatMap(({ bins }) => bins).find(({ writes }) => writes.includes(artifact))
  if (!writer) throw new Error(`no bin writes ${artifact.producer}'s ${artifact.name}`)
  return writer
}

/** The Zendesk instance that a bin reads from or writes to; undefined if there is none. */
export function instanceOf({ stage, bin }: Bin): Instance | undefined {
  return findStage(stage)?.instance ?? INSTANCES.find(instance => TRAITS[instance].gatherBin === bin)
}

/** Whether a bin writes an artifact with this name. */
export function writesArtifact({ writes }: Bin, name: string): boolean {
  return writes.some(artifact => artifact.name === name)
}

/** Whether a stage reads the parts of a gather. Then it is the one that counts the gathered records. */
export function readsParts({ bins }: Stage, { inParts, writes }: Bin): boolean {
  return inParts === true && bins.some(({ reads }) => reads.some(artifact => writes.includes(artifact)))
}

/**
 * The bin whose job hands on an artifact of a stage: the bin that writes it if the bins are independent. Otherwise the
 * last bin: its job has the artifacts of all bins.
 */
export function handoverBin({ bins, independentBins }: Stage, artifact: string): string | undefined {
  const writer = independentBins && bins.find(row => writesArtifact(row, artifact))
  return (writer || bins.at(-1))?.bin
}

/** Whether a stage runs even if a stage that it follows has failed: every input from that stage is optional. */
export function runsAfterFailure({ inputs, optionalInputs }: Stage, followed: StageName): boolean {
  const taken = Object.keys(inputs).filter(name => inputs[name] === followed)
  return taken.length > 0 && taken.every(name => optionalInputs.includes(name))
}

/**
 * Whether a run that starts from `from` includes a stage: it is that stage, or comes after it. Stages that follow no
 * other stage count in the table's order: a run from `accounts` also includes `orgs`.
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
