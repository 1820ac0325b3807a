import { artifacts, findStage, type Stage } from '@support-sync/shared/pipeline'

/** The report's file name, beside the run's record. */
export const REPORT = 'report.html'

/** Gathered for other stages alone. */
const { partners, users } = artifacts
const NOT_READ = new Set<string>(
  [partners.gathered, users.organizations, users.gathered, users.contacts].map(({ name }) => name),
)

/**
 * The artifacts of a stage's data directory that the report reads. Of a stage that a run was started at these are
 * also what it was handed on.
 */
export function filesOfReport({ bins, inputs }: Stage, isAsked: (stage: Stage) => boolean): string[] {
  const own = bins.flatMap(({ writes }) => writes.map(({ name }) => name))
  const handedOn = Object.entries(inputs).flatMap(([name, producer]) => {
    const stage = findStage(producer)
    return stage && !isAsked(stage) ? [name] : []
  })
  return [...own, ...handedOn].filter(name => !NOT_READ.has(name))
}
