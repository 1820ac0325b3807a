import { type GatherCounter, gatherCounter } from '../../domain/index.ts'
import { type Artifact, type Bin, writerOf } from '../../pipeline/index.ts'
import { badInput } from '../errors/index.ts'
import { readStamps, type Stamp, type Stamps } from '../records/index.ts'

/** An input that was gathered in parts. Only the bin that reads all parts can count the gather. */
export type JoinedGather = {
  artifact: Artifact
  /** The bin that gathered it. */
  gather: Bin
  counter: GatherCounter
}

/** A bin's input that was joined from parts, if any. */
export function joinedGather(row: Bin, dataDir: string): JoinedGather | undefined {
  const stamps = readStamps(dataDir)
  for (const artifact of row.reads) {
    if (stampOf(artifact, stamps)?.parts === undefined) continue
    const gather = writerOf(artifact)
    if (gather.gathers) return { artifact, gather, counter: gatherCounter(gather.gathers) }
  }
  return undefined
}

/**
 * Throws an `ExpectedError` if the data directory has only one part of an input: the records of the other parts would
 * count as gone.
 */
export function refusePart(artifact: Artifact, dataDir: string): void {
  const part = stampOf(artifact, readStamps(dataDir))?.part
  if (part === undefined) return
  const { name, producer } = artifact
  throw badInput('PART_ALONE', {
    message: `${name} has only part ${part} of the records`,
    next: `Run ${producer} without --part. On GitLab, the next stage joins the parts of its jobs.`,
  })
}

function stampOf({ name, producer }: Artifact, stamps: Stamps): Stamp | undefined {
  const stamp = stamps[name]
  return stamp?.stage === producer ? stamp : undefined
}
