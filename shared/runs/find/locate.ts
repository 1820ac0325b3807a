import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Day, dayOf, daySchema } from '../../domain/calendar.ts'
import { type Artifact, findStage, STAGES, type StageName } from '../../pipeline/index.ts'
import { summaryPath, summarySchema } from '../../runtime/records/index.ts'

/** A run's artifacts on disk. */
export type Run = {
  /** Its directory, which contains a directory per stage. */
  dir: string
  /** Its name under runs/, or its path. */
  name: string
}

/** The file in which a run of the whole pipeline records how its stages ended. */
export const RUN_RECORD = 'run_record.json'

/** Whether a run is one of the whole pipeline. It can be resumed from any stage. */
export function isPipelineRun({ dir }: Pick<Run, 'dir'>): boolean {
  return existsSync(join(dir, RUN_RECORD))
}

/** A stage's data directory in a run. With `--run packages` it is in the package, where run-stage writes. */
export function dataDirOf({ dir }: Pick<Run, 'dir'>, stage: StageName): string {
  const own = join(dir, stage)
  return existsSync(join(own, 'package.json')) ? join(own, 'data') : own
}

/**
 * The path of an artifact in a run: in the directory of the stage that wrote it, or of a stage that reads it (a run that
 * started from a later stage has only this copy). Undefined if the run does not have the artifact.
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

/** The date by which a bin of a run decided, from its summary. Undefined without a summary. */
export function readToday(run: Pick<Run, 'dir'>, stage: StageName, bin: string): Day | undefined {
  const path = summaryPath(dataDirOf(run, stage), stage, bin)
  if (!existsSync(path)) return undefined
  const summary = summarySchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!summary.success) return undefined
  return summary.data.today === undefined
    ? dayOf(new Date(summary.data.started_at))
    : daySchema.parse(summary.data.today)
}
