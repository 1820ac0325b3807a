import { partText, type StageName } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { STAMPS, stampsSchema } from '../../runtime/records/index.ts'
import type { GitlabJob } from './gitlab-job.ts'
import type { GitlabProject } from './gitlab-project.ts'
import { joinedParts, splitJobName } from './joined-parts.ts'
import { MANIFEST } from './manifest.ts'
import type { Copy, HandoverStore, WantedRun } from './store.ts'
import { verifiedFiles } from './verified-files.ts'

/** The name of a bin's job. */
export function jobNameOf(stage: string, bin: string): string {
  return `${stage}:${bin}`
}

/** The path of a stage's data directory in the project and in its jobs' artifacts. */
export function dataFolderOf(stage: string): string {
  return `packages/${stage}/data`
}

/**
 * The artifacts of ended jobs. In GitLab, a job with exit code 4 counts as failed, although its failure is allowed. A job
 * token cannot list the pipelines that another job has triggered (`/bridges`). So this searches the project's list of
 * jobs, and the manifest says which run the files belong to.
 */
export function gitlabStore(project: GitlabProject): HandoverStore {
  return {
    async *copies({ stage, bin }, run) {
      const folder = dataFolderOf(stage)
      /** By pipeline and number of parts: the jobs that share the bin's work. */
      const shared = new Map<string, GitlabJob[]>()
      for await (const job of project.jobs(['success', 'failed'], Number(run.id))) {
        const { name, part } = splitJobName(job.name)
        if (name !== jobNameOf(stage, bin) || (run.commit !== null && job.commit !== run.commit)) continue
        if (part) {
          const group = `${job.pipelineId} ${part.of}`
          shared.set(group, [...(shared.get(group) ?? []), job])
        } else {
          yield {
            origin: `job ${job.id}`,
            isOfFailed: job.status === 'failed',
            read: names => project.artifacts(job, folder, names),
          }
        }
      }
      for (const jobs of shared.values()) yield sharedCopy(project, { stage, run, jobs })
    },
  }
}

type SharedWork = { stage: StageName; run: WantedRun; jobs: readonly GitlabJob[] }

/** The files of the jobs that share a bin's work, as one copy. Each part is checked against its own manifest. */
function sharedCopy(project: GitlabProject, work: SharedWork): Copy {
  const { stage, jobs } = work
  return {
    origin: `jobs ${jobs.map(({ id }) => id).join(', ')}`,
    async read(names) {
      const of = splitJobName(jobs[0]?.name ?? '').part?.of ?? 0
      const parts: Map<string, Uint8Array>[] = []
      for (let index = 1; index <= of; index++) {
        const found = await readPart(project, work, partText({ index, of }), names)
        if (typeof found === 'string') return found
        parts.push(found)
      }
      return joinedParts(stage, parts, of)
    },
  }
}

/** The files of a part's newest complete job, or what is wrong with each of its jobs. */
async function readPart(
  project: GitlabProject,
  { stage, run, jobs }: SharedWork,
  part: string,
  names: readonly string[],
): Promise<Map<string, Uint8Array> | string> {
  const refused: string[] = []
  for (const { id, name } of jobs) {
    if (!name.endsWith(` ${part}`)) continue
    const files = await project.artifacts({ id }, dataFolderOf(stage), [
      ...new Set([...names, MANIFEST, STAMPS]),
    ])
    const why =
      typeof files === 'string' ? files : partRefusal(files, { origin: `job ${id}`, stage, run, names }, part)
    if (typeof files !== 'string' && why === undefined) return files
    refused.push(`job ${id}: ${why}`)
  }
  return `part ${part}: ${refused.join('; ') || 'none found'}`
}

/** What is wrong with the files of a part; undefined if nothing is. */
function partRefusal(
  files: ReadonlyMap<string, Uint8Array>,
  wanted: PartWanted,
  part: string,
): string | undefined {
  const names = wanted.names.filter(name => name !== MANIFEST && name !== STAMPS)
  const verified = verifiedFiles(files, { ...wanted, names })
  if (!('files' in verified)) return verified.why
  const stamps = parsedFile(verified.files.get(STAMPS), stampsSchema) ?? {}
  const other = names.find(name => stamps[name]?.part !== part)
  if (other === undefined) return undefined
  const its = stamps[other]?.part
  return its === undefined ? `${other} belongs to no part` : `${other} belongs to part ${its}`
}

type PartWanted = { origin: string; stage: StageName; run: WantedRun; names: readonly string[] }
