import { INSTANCES, type Instance, TRAITS } from '../domain/index.ts'
import { type Artifact, artifacts } from './artifacts.ts'
import { BINS, type Bin } from './bins.ts'
import { compareStage, type StageName, syncStage } from './stage-names.ts'

/**
 * The one table of the stages: their bins in order, and what a stage follows. The local runner, the check of the CI
 * files and the docs' tables come from it.
 */

export type Stage = {
  stage: StageName
  /** The Zendesk instance that it writes to; null when it writes to none. */
  instance: Instance | null
  /** The stages that must have ended before this one starts. */
  follows: readonly StageName[]
  /** Artifacts handed on from earlier stages, which its bins read: file → the stage that wrote it. */
  inputs: Readonly<Record<string, StageName>>
  /** Of its inputs those that it starts without when the stage that writes them has failed. */
  optionalInputs: readonly string[]
  bins: readonly Bin[]
  /** Set where no bin waits for another: each hands on what it wrote itself, whatever became of the others. */
  binsApart?: true
}

/** The stages, in order: those of all accounts, then each instance's. */
export const STAGES: readonly Stage[] = [
  stage('accounts', { follows: [], bins: Object.values(BINS.accounts) }),
  // It reads another service than accounts does: they gather side by side.
  stage('orgs', { follows: [], bins: Object.values(BINS.orgs), binsApart: true }),
  stage('processor', {
    follows: ['accounts', 'orgs'],
    bins: Object.values(BINS.processor),
    // Without an instance's organizations the other instance goes on.
    optional: INSTANCES.map(instance => artifacts.instances[instance].gathered),
  }),
  ...INSTANCES.flatMap(stagesOf),
]

/** An instance's stages: it is compared, then written to, and then comes what only that one has. */
function stagesOf(instance: Instance): Stage[] {
  const { objects } = artifacts.instances[instance]
  const { hasPartners, hasUsers } = TRAITS[instance]
  const sync = syncStage(instance)
  const behind = { instance, follows: [sync] }
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
            ...behind,
            bins: Object.values(BINS.partners),
            // Started by itself it knows of no customers.
            optional: [objects, artifacts.doubts],
          }),
        ]
      : []),
    ...(hasUsers
      ? [
          stage('usgov-user-sync', {
            ...behind,
            bins: Object.values(BINS.users),
            // Started by itself it takes every key for an account's.
            optional: [objects],
          }),
        ]
      : []),
  ]
}

/** A stage's row. What its bins read that another stage writes is handed on to it. */
function stage(
  name: StageName,
  given: Pick<Stage, 'follows' | 'bins' | 'binsApart'> & {
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

/** The stage of a name; undefined when there is none. */
export function findStage(name: string): Stage | undefined {
  return STAGES.find(({ stage }) => stage === name)
}

/** The bin that writes an artifact. */
export function writerOf(artifact: Artifact): Bin {
  const writer = STAGES.flatMap(({ bins }) => bins).find(({ writes }) => writes.includes(artifact))
  if (!writer) throw new Error(`no bin writes ${artifact.producer}'s ${artifact.name}`)
  return writer
}

/** The Zendesk instance that a bin reads from or writes to; undefined for none. */
export function instanceOf({ stage, bin }: Bin): Instance | undefined {
  return findStage(stage)?.instance ?? INSTANCES.find(instance => TRAITS[instance].gatherBin === bin)
}

/** Whether a bin writes the artifact of a name. */
export function writesArtifact({ writes }: Bin, name: string): boolean {
  return writes.some(artifact => artifact.name === name)
}

/** Whether a stage reads a gather's parts, and so counts the gather. */
export function readsParts({ bins }: Stage, { inParts, writes }: Bin): boolean {
  return inParts === true && bins.some(({ reads }) => reads.some(artifact => writes.includes(artifact)))
}

/** The job that hands an artifact of a stage on: the bin that writes it, or the stage's last, which has all. */
export function handingBin({ bins, binsApart }: Stage, artifact: string): string | undefined {
  const writer = binsApart && bins.find(row => writesArtifact(row, artifact))
  return (writer || bins.at(-1))?.bin
}

/** Whether a stage runs though one that it follows has failed: it goes on without each thing that it takes from there. */
export function goesOnBehindFailed({ inputs, optionalInputs }: Stage, followed: StageName): boolean {
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
