import { artifacts, findStage, type Stage } from '@support-sync/shared/pipeline'

/** The report's file name, next to the run record. */
export const REPORT = 'report.html'

const { partners, users } = artifacts
/** Artifacts that the report does not read, because only the stages need them. */
const NOT_READ = new Set<string>(
  [partners.gathered, users.organizations, users.gathered, users.contacts].map(({ name }) => name),
)

/**
 * The artifacts that the report reads from a stage's data directory. For the stage that a run starts from, these include
 * its inputs.
 */
export function filesOfReport({ bins, inputs }: Stage, isWanted: (stage: Stage) => boolean): string[] {
  const own = bins.flatMap(({ writes }) => writes.map(({ name }) => name))
  const handedOn = Object.entries(inputs).flatMap(([name, producer]) => {
    const stage = findStage(producer)
    return stage && !isWanted(stage) ? [name] : []
  })
  return [...own, ...handedOn].filter(name => !NOT_READ.has(name))
}
