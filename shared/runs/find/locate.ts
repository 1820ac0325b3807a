import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Day, dayOf, daySchema } from '../../domain/calendar.ts'
import { type Artifact, findStage, STAGES, type StageName } from '../../pipeline/index.ts'
import { summaryPath, summarySchema } from '../../runtime/records/index.ts'

/** A run's artifacts on disk. */
export type Run = {
  /** Its directory, with a directory a stage in it. */
  dir: string
  /** How a person names it: under runs/, or by its path. */
  name: string
}

/** The file that a run of the whole pipeline leaves in its directory: what its stages came to. */
export const RUN_RECORD = 'run_record.json'

/** Whether a run is one of the whole pipeline, which can go on from any of its stages. */
export function isPipelineRun({ dir }: Pick<Run, 'dir'>): boolean {
  return existsSync(join(dir, RUN_RECORD))
}

/** A stage's data directory in a run. `--run packages` reads what single stages left in their packages. */
export function dataDirOf({ dir }: Pick<Run, 'dir'>, stage: StageName): string {
  const own = join(dir, stage)
  return existsSync(join(own, 'package.json')) ? join(own, 'data') : own
}

/**
 * Where an artifact stands in a run: with the stage that wrote it, or with one that it was handed on to
 * (a run that was begun in the middle has only that). Undefined where it stands nowhere.
 */
export function artifactPath(
  run: Pick<Run, 'dir'>,
  { producer, name }: Pick<Artifact, 'producer' | 'name'>,
): string | undefined {
  const holders = [findStage(producer), ...STAGES.filter(({ inputs }) => inputs[name] === producer)]
  return holders
    .flatMap(holder => (holder === undefined ? [] : [join(dataDirOf(run, holder.stage), name)]))
    .find(path => existsSync(path))
}

/** The day that a stage of a run decided by, as its bin's summary tells; undefined where there is none. */
export function readToday(run: Pick<Run, 'dir'>, stage: StageName, bin: string): Day | undefined {
  const path = summaryPath(dataDirOf(run, stage), stage, bin)
  if (!existsSync(path)) return undefined
  const summary = summarySchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!summary.success) return undefined
  return summary.data.today === undefined
    ? dayOf(new Date(summary.data.started_at))
    : daySchema.parse(summary.data.today)
}
