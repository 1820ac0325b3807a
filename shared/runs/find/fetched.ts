import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parsedFile } from '../../runtime/artifacts/index.ts'

/** The file in a run's directory that says from where the run was fetched. */
export const FETCHED = 'fetched.json'

export const fetchedSchema = z.object({
  /** The project's page. */
  project_url: z.url(),
  run_id: z.string(),
  fetched_at: z.iso.datetime(),
  /** The jobs that its files are from, by name: a job that was run again since has another id. */
  jobs: z.record(z.string(), z.int()),
})
export type Fetched = z.infer<typeof fetchedSchema>

/** From where a run was fetched; undefined for a run that was not. */
export function fetchedFrom(dir: string): Fetched | undefined {
  const path = join(dir, FETCHED)
  return existsSync(path) ? parsedFile(readFileSync(path), fetchedSchema) : undefined
}

/** The runs that were fetched from GitLab: a directory that has its pipeline's id as its name. */
export function fetchedRuns(runsDir: string): string[] {
  if (!existsSync(runsDir)) return []
  return readdirSync(runsDir)
    .filter(name => /^\d+$/.test(name))
    .map(name => join(runsDir, name))
    .filter(dir => existsSync(join(dir, FETCHED)))
}

/** When a fetched run was fetched, in milliseconds since 1970. */
export function fetchedAt(dir: string): number {
  return statSync(join(dir, FETCHED)).mtimeMs
}
