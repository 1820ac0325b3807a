import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parsedFile } from '../../runtime/artifacts/index.ts'

/** The file that fetch-run writes to a run's directory: the project and the jobs that the run came from. */
export const FETCHED = 'fetched.json'

export const fetchedSchema = z.object({
  /** The project's page. */
  project_url: z.url(),
  run_id: z.string(),
  fetched_at: z.iso.datetime(),
  /** The ids of the jobs that its files come from, by job name. A job that runs again gets a new id. */
  jobs: z.record(z.string(), z.int()),
})
export type Fetched = z.infer<typeof fetchedSchema>

/** The origin of a fetched run. Undefined for any other run. */
export function fetchedFrom(dir: string): Fetched | undefined {
  const path = join(dir, FETCHED)
  return existsSync(path) ? parsedFile(readFileSync(path), fetchedSchema) : undefined
}

/** The runs that were fetched from GitLab. Their directories are named by pipeline id. */
export function fetchedRuns(runsDir: string): string[] {
  if (!existsSync(runsDir)) return []
  return readdirSync(runsDir)
    .filter(name => /^\d+$/.test(name))
    .map(name => join(runsDir, name))
    .filter(dir => existsSync(join(dir, FETCHED)))
}

/** When a run was fetched, in milliseconds since 1970. */
export function fetchedAt(dir: string): number {
  return statSync(join(dir, FETCHED)).mtimeMs
}
