import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..')

const jobSchema = z.object({
  extends: z.string().optional(),
  image: z.string().optional(),
  needs: z.array(z.union([z.string(), z.object({ job: z.string(), optional: z.literal(true) })])).optional(),
  rules: z.array(z.object({ if: z.string() })).optional(),
  variables: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  script: z.array(z.string()).optional(),
  timeout: z.string().optional(),
  resource_group: z.string().optional(),
  interruptible: z.boolean().optional(),
  stage: z.string().optional(),
  when: z.string().optional(),
  before_script: z.array(z.string()).optional(),
  artifacts: z
    .object({
      when: z.string(),
      access: z.string(),
      expire_in: z.string(),
      paths: z.array(z.string()),
      reports: z.object({ junit: z.string(), annotations: z.string() }).optional(),
    })
    .optional(),
  retry: z.object({ max: z.int(), exit_codes: z.array(z.int()) }).optional(),
  allow_failure: z.object({ exit_codes: z.array(z.int()) }).optional(),
  trigger: z
    .object({
      include: z.string(),
      strategy: z.string(),
      forward: z.object({ pipeline_variables: z.boolean() }).optional(),
    })
    .optional(),
})
export type Job = z.infer<typeof jobSchema>

const workflowSchema = z.object({
  name: z.string(),
  auto_cancel: z.object({ on_new_commit: z.string() }),
})

const headSchema = z.looseObject({
  workflow: workflowSchema.optional(),
  include: z.object({ local: z.string() }).optional(),
  variables: z.record(z.string(), z.string()).optional(),
})

const inputSchema = z.object({
  options: z.array(z.string()).optional(),
  default: z.union([z.string(), z.boolean()]),
})
const specSchema = z.object({
  spec: z.object({ inputs: z.record(z.string(), z.looseObject(inputSchema.shape)) }),
})

/** A CI file as this project writes them: what comes before the jobs, and the jobs by their names. */
export function readCiFile(path: string) {
  const documents = parseAllDocuments(readFileSync(join(ROOT, path), 'utf8')).map(document => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })
  const { workflow, include, variables, ...jobs } = headSchema.parse(documents.at(-1))
  return {
    inputs: documents.length > 1 ? specSchema.parse(documents[0]).spec.inputs : {},
    workflow,
    include: include?.local,
    variables,
    jobs: new Map(Object.entries(jobs).map(([name, job]) => [name, jobSchema.parse(job)])),
  }
}

/** The jobs of a stage's file, each with what it extends. */
export function stageJobs(stage: string): Map<string, Job> {
  return extendedJobs(`packages/${stage}/.gitlab-ci.yml`)
}

/** The jobs of a file, each with what it extends. */
export function extendedJobs(path: string): Map<string, Job> {
  const { include, jobs } = readCiFile(path)
  const templates = templatesOf(include)
  function extended(job: Job): Job {
    const template = job.extends === undefined ? undefined : templates.get(job.extends)
    return template ? { ...extended(template), ...job } : job
  }
  return new Map([...jobs].map(([name, job]) => [name, extended(job)]))
}

/** The jobs of an included file, and of what that includes. */
function templatesOf(include: string | undefined): Map<string, Job> {
  if (include === undefined) return new Map()
  const file = readCiFile(include)
  return new Map([...templatesOf(file.include), ...file.jobs])
}

/** `90 seconds` and `2 minutes`, in seconds. */
export function secondsOf(duration: string | undefined): number {
  const [, number, unit] = /^(\d+) (second|minute)s?$/.exec(duration ?? '') ?? []
  if (number === undefined) throw new Error(`not a duration: ${duration}`)
  return Number(number) * (unit === 'minute' ? 60 : 1)
}
