import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaProblem } from './gitlab-ci-local.ts'

const CI_FILES = ['.gitlab-ci.yml', '.gitlab/*.yml', 'packages/*/.gitlab-ci.yml']

/** The files of a folder that GitLab reads, as paths in it. */
export async function ciFilesOf(dir: string): Promise<string[]> {
  return (await Array.fromAsync(glob(CI_FILES, { cwd: dir }))).sort()
}

/** Holds files, each with all that it includes, against GitLab's schema. Gives what is wrong, by file. */
export async function schemaProblems(dir: string, files: readonly string[]): Promise<string[]> {
  const problems = await Promise.all(
    files.map(async (file, index) => {
      const stateDir = join('.gitlab-ci-local', `schema-${index}`)
      const problem = await schemaProblem({ dir, file, stateDir, variables: {} })
      return problem === null ? [] : [`${file}: ${problem}`]
    }),
  )
  return problems.flat()
}
