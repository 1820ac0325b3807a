import { type Bin, readsParts, STAGES } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import {
  type GatheredIds,
  gatheredIdsName,
  gatheredIdsSchema,
  gatherName,
} from '../../runtime/records/index.ts'
import { readFolder } from '../handover/index.ts'
import type { RunRecord } from './run-record.ts'

/**
 * Collects the keys that belong to a record's counts: from the data directories for what this run gathered, and from the
 * last run for the rest.
 */
export async function collectGatheredIds(
  { run_id, gathered }: Pick<RunRecord, 'run_id' | 'gathered'>,
  last: GatheredIds | undefined,
  dataDirOf: (stage: string) => string,
): Promise<GatheredIds> {
  const ids: GatheredIds = {}
  const readIds = async (stage: string, file: string) =>
    parsedFile((await readFolder(dataDirOf(stage), [file])).get(file), gatheredIdsSchema.valueType)
  for (const row of STAGES.flatMap(({ bins }) => bins).filter(({ gathers }) => gathers)) {
    const name = gatherName(row.stage, row.bin)
    const counted = gathered[name]
    if (!counted) continue
    const counting = counted.run_id === run_id ? stagesThatCount(row) : []
    const own = await Promise.all(counting.map(stage => readIds(stage, gatheredIdsName(row.bin))))
    const kept = own.find(found => found) ?? last?.[name]
    if (kept) ids[name] = kept
  }
  return ids
}

/** The stages whose data directory may have a gather's keys: its own, or the one that reads its parts. */
function stagesThatCount(gather: Bin): string[] {
  return [gather.stage, ...STAGES.filter(stage => readsParts(stage, gather)).map(({ stage }) => stage)]
}
