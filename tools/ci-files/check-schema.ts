import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaProblem } from './gitlab-ci-local.ts'

const CI_FILES = ['.gitlab-ci.yml', '.gitlab/*.yml', 'packages/*/.gitlab-ci.yml']

/** Holds every file of a clone that GitLab reads, with all that it includes, against GitLab's schema. */
export async function checkFiles(dir: string): Promise<{ files: string[]; problems: string[] }> {
  const files = (await Array.fromAsync(glob(CI_FILES, { cwd: dir }))).sort()
  const problems: string[] = []
  for (const file of files) {
    const stateDir = join('.gitlab-ci-local', 'schema')
    const problem = await schemaProblem({ dir, file, stateDir, variables: {} })
    if (problem !== null) problems.push(`${file}: ${problem}`)
  }
  return { files, problems }
}
