import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import { jobEnds } from './job-ends.ts'

const PROGRAM = fileURLToPath(import.meta.resolve('gitlab-ci-local'))

/** For a file that has passed the schema check. */
const UNCHECKED = '--no-json-schema-validation'

/** The variables of this shell that a job can see. As with GitLab's runner, it gets no others. */
const PASSED_ON =
  /^(HOME|USER|LANG|LC_.+|TMPDIR|TZ|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_(registry|cache|userconfig))$/i

export type CiFile = {
  /** The clone of the file, and its path in it. */
  dir: string
  file: string
  /** The folder in the clone where gitlab-ci-local keeps its files. */
  stateDir: string
  /** The variables that start the pipeline. They override the file's. */
  variables: Readonly<Record<string, string>>
  /** Values of its `spec:inputs`. Others have a default. */
  inputs: Readonly<Record<string, string>>
}

type Ended = { code: number; stdout: string; stderr: string }

/** The errors of a file in GitLab's schema or in gitlab-ci-local; null if there are none. */
export async function schemaProblem(ciFile: CiFile): Promise<string | null> {
  const { code, stderr } = await gitlabCiLocal(ciFile, ['--list'])
  if (code === 0 && stderr.includes('json schema validated')) return null
  return stderr.trim()
}

const triggerSchema = z.object({
  include: z.tuple([z.object({ local: z.string(), inputs: z.record(z.string(), z.string()).default({}) })]),
  forward: z.object({ pipeline_variables: z.boolean().default(false) }).optional(),
})

const variablesSchema = z.record(z.string(), z.coerce.string()).default({})
const fileSchema = z.looseObject({ variables: variablesSchema })

const jobSchema = z.object({
  variables: variablesSchema,
  needs: z.array(z.object({ job: z.string() })).default([]),
  when: z.string().default('on_success'),
  rules: z.array(z.object({ when: z.string().optional() })).default([]),
  script: z.array(z.string()).optional(),
  parallel: z.int().min(1).default(1),
  allow_failure: z.union([z.boolean(), z.object({ exit_codes: z.array(z.int()) })]).default(false),
  trigger: triggerSchema.optional(),
  artifacts: z
    .object({ access: z.enum(['all', 'developer', 'maintainer', 'none']).default('all') })
    .optional(),
})
export type FileJob = z.infer<typeof jobSchema>

/** The jobs of a file after include, extends and inputs, with the file's variables. Throws if it is unreadable. */
export async function jobsOf(ciFile: CiFile): Promise<Map<string, FileJob>> {
  const { code, stdout, stderr } = await gitlabCiLocal(ciFile, ['--preview', UNCHECKED])
  if (code !== 0) throw new Error(`${ciFile.file}: ${stderr}`)
  const { variables, ...sections } = fileSchema.parse(parse(stdout))
  const jobs = Object.entries(sections).flatMap(([name, value]): [string, FileJob][] => {
    const isJob = z.looseObject({ script: z.unknown() }).or(z.looseObject({ trigger: z.unknown() }))
    if (!isJob.safeParse(value).success) return []
    const job = jobSchema.parse(value)
    return [[name, { ...job, variables: { ...variables, ...job.variables } }]]
  })
  return new Map(jobs)
}

/**
 * Runs one job of a file with the shell executor, in the clone itself. Returns the job's exit code, or undefined if it
 * did not end: gitlab-ci-local's own exit code does not show that a job never ran.
 */
export async function runJob(ciFile: CiFile, job: string, log: string): Promise<number | undefined> {
  const { stdout, stderr } = await gitlabCiLocal(ciFile, [job, '--force-shell-executor', UNCHECKED], log)
  // It reports passed jobs on stdout and failed jobs on stderr.
  return jobEnds(`${stdout}\n${stderr}`).get(job)
}

async function gitlabCiLocal(
  { dir, file, stateDir, variables, inputs }: CiFile,
  args: readonly string[],
  log?: string,
): Promise<Ended> {
  const given = [
    ...Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
    // Quoted, because gitlab-ci-local would read `true` as a boolean.
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${JSON.stringify(value)}`]),
  ]
  const all = [PROGRAM, ...args, '--file', file, '--state-dir', stateDir, ...given]
  const child = spawn(process.execPath, all, {
    cwd: dir,
    env: jobEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (log) await mkdir(dirname(log), { recursive: true })
  const logFile = log ? createWriteStream(log, { flags: 'a' }) : undefined
  const ended: Ended = { code: 1, stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', chunk => {
      ended[stream] += chunk
      logFile?.write(chunk)
    })
  }
  ended.code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 1))
  })
  logFile?.end()
  return ended
}

/** The environment of a job. Its PATH has this Node in place of the image's, and no program of node_modules. */
function jobEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(delimiter).filter(entry => !entry.includes('node_modules'))
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name))),
    PATH: [dirname(process.execPath), ...path].join(delimiter),
    NO_COLOR: '1',
    // gitlab-ci-local warns about each of these variables, but they are set as in GitLab.
    GCL_IGNORE_PREDEFINED_VARS:
      'CI_API_V4_URL,CI_PROJECT_ID,CI_PIPELINE_ID,CI_PIPELINE_SOURCE,CI_JOB_ID,CI_PROJECT_URL,CI_JOB_URL,CI_JOB_STARTED_AT,CI_JOB_TIMEOUT',
  }
}
