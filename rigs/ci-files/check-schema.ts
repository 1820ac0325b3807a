import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { schemaProblem } from './gitlab-ci-local.ts'

const CI_FILES = ['.gitlab-ci.yml', '.gitlab/*.yml', 'packages/*/.gitlab-ci.yml']

/** Validates every CI file of a clone, with its includes, against GitLab's schema. */
export async function checkFiles(dir: string): Promise<{ files: string[]; problems: string[] }> {
  const files = (await Array.fromAsync(glob(CI_FILES, { cwd: dir }))).sort()
  const problems: string[] = []
  for (const file of files) {
    const stateDir = join('.gitlab-ci-local', 'schema')
    const inputs = await placeholderInputs(join(dir, file))
    const problem = await schemaProblem({ dir, file, stateDir, variables: {}, inputs })
    if (problem !== null) problems.push(`${file}: ${problem}`)
  }
  return { files, problems }
}

const headerSchema = z.object({
  spec: z.object({
    inputs: z.record(z.string(), z.looseObject({ default: z.string().optional() }).nullable()),
  }),
})

/** Placeholder values for a file's required inputs. */
async function placeholderInputs(path: string): Promise<Record<string, string>> {
  const [header, body] = parseAllDocuments(await readFile(path, 'utf8'))
  // A file without inputs has one document. The schema check finds a file that is not YAML.
  const parsed = body && headerSchema.safeParse(header?.toJS())
  const inputs = parsed?.success ? Object.entries(parsed.data.spec.inputs) : []
  return Object.fromEntries(
    inputs.flatMap(([name, row]) => (row?.default === undefined ? [[name, 'any']] : [])),
  )
}
