import { type GatherCounter, gatherCounter } from '../../domain/index.ts'
import { type Artifact, type Bin, writerOf } from '../../pipeline/index.ts'
import { ExpectedError } from '../errors/index.ts'
import { readStamps } from './stamps.ts'

/** An input that was gathered in parts. Only the bin that reads all parts can count the gather. */
export type JoinedGather = {
  artifact: Artifact
  /** The bin that gathered it. */
  gather: Bin
  counter: GatherCounter
}

/**
 * The input of a bin that was gathered in parts, if any. Throws an `ExpectedError` if the data directory has only one of
 * the parts: the accounts of the other parts would be taken for gone.
 */
export function joinedGather(row: Bin, dataDir: string): JoinedGather | undefined {
  const stamps = readStamps(dataDir)
  for (const artifact of row.reads) {
    const stamp = stamps[artifact.name]
    if (stamp?.stage !== artifact.producer) continue
    if (stamp.part !== undefined) throw partAlone(artifact, stamp.part)
    const gather = writerOf(artifact)
    if (stamp.parts !== undefined && gather.gathers)
      return { artifact, gather, counter: gatherCounter(gather.gathers) }
  }
  return undefined
}

function partAlone({ name, producer }: Artifact, part: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'PART_ALONE',
    message: `${name} has only part ${part} of the records`,
    next: `Run ${producer} without --part. On GitLab, the next stage joins the parts of its jobs.`,
  })
}
