import { join } from 'node:path'
import { findStage, STAGES } from '../../pipeline/index.ts'
import { writePrivateFiles } from '../../runtime/artifacts/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { FETCHED, type Fetched } from '../find/index.ts'
import { type GitlabJob, type GitlabProject, incomplete, MANIFEST, readManifest } from '../handover/index.ts'
import { type CheckedPart, checkedPart, checkHandedOn, FETCH_ANOTHER, joined } from './checked-part.ts'
import { filesOfRun, partOf } from './files-of-run.ts'
import { expired, type RunOnGitlab } from './find-on-gitlab.ts'

/** Callbacks that show the progress. */
export type DownloadWatch = {
  /** The download of a job's archive begins. Jobs without one are skipped. */
  onStart: (part: { name: string; size: number | null }) => void
  onBytes: (received: number) => void
  /** Its files match its manifest, or its stage stopped and left no manifest. */
  onChecked: (part: { name: string; isVerified: boolean }) => void
}

/**
 * Downloads a run's artifacts into a directory, arranged as run-pipeline arranges them, and checks each file against its
 * stage's manifest. Returns the stages that stopped and have no manifest.
 * Throws an `ExpectedError` if anything is missing, has expired or differs. The directory is then incomplete.
 */
export async function downloadRun(
  project: GitlabProject,
  run: RunOnGitlab,
  directory: string,
  watch: DownloadWatch,
): Promise<string[]> {
  const wanted = { id: run.id, commit: run.record.commit }
  const parts: CheckedPart[] = []
  const refusals = new Map<GitlabJob, string>()
  const options = {
    jobs: run.jobs.filter(({ zipSize }) => zipSize !== null),
    watch: (job: GitlabJob) => {
      watch.onStart({ name: nameOf(job), size: job.zipSize })
      return watch.onBytes
    },
    onRefused: (job: GitlabJob, why: string) => refusals.set(job, why),
  }
  for await (const found of filesOfRun(project, run.id, () => 'all', options)) {
    const part = checkedPart(found, wanted)
    watch.onChecked({ name: nameOf(found.job), isVerified: part.manifest !== null })
    parts.push(hasSeveralJobs(part) ? part : writePart(part, directory))
  }
  checkComplete(run, parts, refusals)
  const sums = new Map(parts.flatMap(sumsOf))
  for (const stage of STAGES) {
    const own = parts.filter(part => part.stage === stage && hasSeveralJobs(part))
    if (own.length === 0) continue
    const files = joined(own)
    const manifest = readManifest(files.get(MANIFEST))
    for (const [name, sum] of sumsOf({ stage, manifest })) sums.set(name, sum)
    writePrivateFiles(join(directory, stage.stage), files)
  }
  for (const part of parts) if (part.manifest === null) checkHandedOn(part, wanted, sums)
  writePrivateFiles(directory, run.recordFiles)
  return [...new Set(parts.flatMap(({ stage, manifest }) => (manifest ? [] : [stage.stage])))]
}

function nameOf(job: GitlabJob): string {
  return partOf(job)?.name ?? job.name
}

function hasSeveralJobs({ stage, share }: CheckedPart): boolean {
  return stage.independentBins === true || share !== undefined
}

/** Writes a stage's files, and returns the part without them to free memory. Later checks need only the checksums. */
function writePart(part: CheckedPart, directory: string): CheckedPart {
  writePrivateFiles(join(directory, part.stage.stage), part.files)
  return { ...part, files: new Map() }
}

function sumsOf({ stage, manifest }: Pick<CheckedPart, 'stage' | 'manifest'>): [string, string][] {
  return Object.entries(manifest?.files ?? {}).map(([name, { sha256 }]) => [`${stage.stage} ${name}`, sha256])
}

/** Checks that every stage left the files that it must have, according to its state in the run record. */
function checkComplete(
  { id, record, jobs }: RunOnGitlab,
  parts: readonly CheckedPart[],
  refusals: ReadonlyMap<GitlabJob, string>,
): void {
  const expiredStages: string[] = []
  for (const { stage: name, state } of record.stages) {
    const stage = findStage(name)
    const hasEnded = state === 'done' || state === 'records-failed'
    if (!stage || (!hasEnded && state !== 'stopped')) continue
    const own = parts.filter(part => part.stage === stage)
    const usable = hasEnded ? own.filter(({ manifest }) => manifest) : own
    const jobsOfStage = own[0]?.share?.of ?? (stage.independentBins ? stage.bins.length : 1)
    if (usable.length >= (hasEnded ? jobsOfStage : 1)) continue
    const ended = jobs.filter(job => partOf(job)?.stage === stage)
    // GitLab does not list expired archives.
    if (own.length === 0 && ended.length > 0 && ended.every(({ zipSize }) => zipSize === null))
      expiredStages.push(name)
    else {
      const refused = [...refusals].flatMap(([job, why]) =>
        ended.includes(job) ? [`job ${job.id} (${job.name}): ${why}`] : [],
      )
      refused.push(...own.filter(({ manifest }) => manifest === null).map(withoutManifest))
      throw incomplete({ stage: name, run: { id }, refused, next: FETCH_ANOTHER })
    }
  }
  if (expiredStages.length > 0)
    throw expired(`the artifacts of run ${id} have expired: ${expiredStages.join(', ')}`)
}

function withoutManifest({ origin }: CheckedPart): string {
  return `${origin}: it has no manifest`
}

/** The jobs to download: the newest job of each part of a run. */
export function sourcesOf({ jobs }: Pick<RunOnGitlab, 'jobs'>): GitlabJob[] {
  const seen = new Set<string>()
  return jobs.filter(job => {
    const part = partOf(job)?.name
    if (part === undefined || job.zipSize === null || seen.has(part)) return false
    seen.add(part)
    return true
  })
}

/** The ids of the jobs that a run's files come from, by name. A job that runs again gets a new id. */
export function jobIdsOf({ jobs }: Pick<RunOnGitlab, 'jobs'>): Record<string, number> {
  // The newest job of a name comes first.
  return Object.fromEntries(jobs.toReversed().map(({ name, id }) => [name, id]))
}

/** Writes a file into a run's directory that says where the run comes from. */
export function writeOrigin(directory: string, run: RunOnGitlab, now: Date): void {
  const origin: Fetched = {
    project_url: run.project.url,
    run_id: run.id,
    fetched_at: now.toISOString(),
    jobs: jobIdsOf(run),
  }
  writePrivateFiles(directory, new Map([[FETCHED, printableJson(origin)]]))
}
