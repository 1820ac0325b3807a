import { STAGES } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { type GatheredIds, gatheredIdsName, gatheredIdsSchema, gatherName } from '../../runtime/bin/index.ts'
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
  for (const { stage, bins } of STAGES) {
    for (const { bin, gathers } of bins) {
      const name = gatherName(stage, bin)
      const counted = gathered[name]
      if (!gathers || !counted) continue
      const file = gatheredIdsName(bin)
      const own = counted.run_id === run_id ? await readFolder(dataDirOf(stage), [file]) : undefined
      const kept = parsedFile(own?.get(file), gatheredIdsSchema.valueType) ?? last?.[name]
      if (kept) ids[name] = kept
    }
  }
  return ids
}
