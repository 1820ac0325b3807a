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
  variables: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.object({ value: z.string(), expand: z.literal(false) })]),
    )
    .optional(),
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
      reports: z.object({ junit: z.string().optional(), annotations: z.string() }).optional(),
    })
    .optional(),
  retry: z
    .object({ max: z.int(), when: z.array(z.string()), exit_codes: z.array(z.int()).optional() })
    .optional(),
  allow_failure: z.union([z.boolean(), z.object({ exit_codes: z.array(z.int()) })]).optional(),
  trigger: z
    .object({
      include: z
        .tuple([z.object({ local: z.string(), inputs: z.record(z.string(), z.string()) })])
        .optional(),
      strategy: z.string().optional(),
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
  include: z
    .union([z.object({ local: z.string() }), z.array(z.object({ local: z.string() }))])
    .transform(included => [included].flat())
    .default([]),
  variables: z.record(z.string(), z.string()).optional(),
})

const inputSchema = z.looseObject({
  options: z.array(z.string()).optional(),
  regex: z.string().optional(),
  default: z.string().optional(),
})
const specSchema = z.object({
  spec: z.object({ inputs: z.record(z.string(), inputSchema.nullable()) }),
})

/** A parsed CI file of this project: its global keys, and its jobs by name. */
export function readCiFile(path: string) {
  return parseCiFile(readFileSync(join(ROOT, path), 'utf8'))
}

/** The same for a text, such as a file with inputs inserted. */
export function parseCiFile(text: string) {
  const documents = parseAllDocuments(text).map(document => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })
  const { workflow, include, variables, ...jobs } = headSchema.parse(documents.at(-1))
  return {
    inputs: documents.length > 1 ? specSchema.parse(documents[0]).spec.inputs : {},
    workflow,
    include: include.map(({ local }) => local),
    variables,
    jobs: new Map(Object.entries(jobs).map(([name, job]) => [name, jobSchema.parse(job)])),
    text,
  }
}

/** The jobs of a stage's file, with what they extend. */
export function stageJobs(stage: string): Map<string, Job> {
  return extendedJobs(`packages/${stage}/.gitlab-ci.yml`)
}

/** The jobs of a file, with what they extend. */
export function extendedJobs(path: string): Map<string, Job> {
  const { include, jobs } = readCiFile(path)
  const templates = new Map([...templatesOf(include), ...jobs])
  function extended(job: Job): Job {
    const template = job.extends === undefined ? undefined : templates.get(job.extends)
    return template ? { ...extended(template), ...job, ...mergedTrigger(extended(template), job) } : job
  }
  return new Map(
    [...jobs].filter(([name]) => !name.startsWith('.')).map(([name, job]) => [name, extended(job)]),
  )
}

/** GitLab deeply merges a job with what it extends. */
function mergedTrigger(template: Job, job: Job): Pick<Job, 'trigger'> {
  return job.trigger || template.trigger ? { trigger: { ...template.trigger, ...job.trigger } } : {}
}

/** The jobs of an included file, and of its own includes. */
function templatesOf(include: readonly string[]): Map<string, Job> {
  const files = include.map(readCiFile)
  return new Map(files.flatMap(file => [...templatesOf(file.include), ...file.jobs]))
}

/** `2 minutes` as a number. */
export function minutesOf(duration: string | undefined): number {
  const [, number] = /^(\d+) minutes$/.exec(duration ?? '') ?? []
  if (number === undefined) throw new Error(`not a number of minutes: ${duration}`)
  return Number(number)
}
