import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import {
  type GitlabJobs,
  type GitlabRules,
  type ServedJob,
  type ServedPipeline,
  startGitlabJobs,
} from '../../../../fixtures/sandbox/gitlab/index.ts'
import { findStage, type Stage } from '../../../pipeline/index.ts'
import { writeManifest } from '../index.ts'

/** One job of the project. By default it succeeded, and developers can read its artifacts. */
export type Job = Pick<ServedJob, 'id' | 'name' | 'pipeline' | 'commit' | 'zip'> & Partial<ServedJob>

export const COMMIT = 'c0ffee'

/** Starts a GitLab stand-in with these jobs, in any order. */
export function startJobServer(
  jobs: readonly Job[],
  rules: Partial<GitlabRules> & { pipelines?: ServedPipeline[] } = {},
): Promise<GitlabJobs> {
  const served = jobs.map(
    (job): ServedJob => ({
      status: 'success',
      access: 'developer',
      startedAt: null,
      finishedAt: null,
      ...job,
    }),
  )
  return startGitlabJobs(served, rules)
}

export function stageOf(name: string): Stage {
  return findStage(name) ?? fail(name)
}

function fail(name: string): never {
  throw new Error(`no stage ${name}`)
}

/** A zip of texts by path. */
export function zipped(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))
}

/** The artifacts of a stage's last job, with the manifest that the stage itself would write. */
export async function zipOf(
  stage: string,
  runId: string,
  files: Readonly<Record<string, string>>,
  options: { afterwards?: Readonly<Record<string, string>>; commit?: string } = {},
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'zip-'))
  try {
    await mkdir(join(folder, 'summaries'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    await writeManifest(stageOf(stage), folder, { id: runId, commit: options.commit ?? COMMIT })
    const manifest = await readFile(join(folder, 'manifest.json'), 'utf8')
    const entries = Object.entries({ ...files, ...options.afterwards, 'manifest.json': manifest })
    return zipped(Object.fromEntries(entries.map(([name, text]) => [`packages/${stage}/data/${name}`, text])))
  } finally {
    await rm(folder, { recursive: true })
  }
}
