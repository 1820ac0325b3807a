import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { GitlabJobs, GitlabRules } from '@support-sync/fixtures/sandbox/gitlab'
import { COMMIT, type Job, startJobServer } from '@support-sync/shared/runs/handover/test'
import { zipSync } from 'fflate'

/** A program of the pipeline's jobs, as GitLab's runner starts it. */
export type Program = {
  /** Its file's name in ci/. */
  program: string
  args: readonly string[]
  /** The project's directory. */
  cwd: string
  environment?: NodeJS.ProcessEnv
}

/** Runs a program against a GitLab stand-in that has these jobs. */
export async function runOnce(
  program: Program,
  jobs: readonly Job[],
  rules: Partial<GitlabRules> = {},
): Promise<{ code: unknown; output: string }> {
  await using server = await startJobServer(jobs, rules)
  return await runProgram(program, server)
}

export async function runProgram({ program, args, cwd, environment }: Program, server: GitlabJobs) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', program), ...args], {
    cwd,
    env: {
      ...process.env,
      CI_API_V4_URL: server.apiUrl,
      CI_COMMIT_SHA: COMMIT,
      CI_PROJECT_ID: server.projectId,
      CI_PROJECT_URL: 'https://gitlab.example.com/sync',
      CI_PIPELINE_ID: '105',
      CI_JOB_URL: 'https://gitlab.example.com/sync/-/jobs/9',
      CI_JOB_TOKEN: server.token,
      RUN_ID: '100',
      RUN_STARTED_AT: new Date().toISOString(),
      CI_JOB_STARTED_AT: new Date().toISOString(),
      CI_JOB_TIMEOUT: '300',
      CI_NODE_TOTAL: '1',
      ...environment,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  }
  const code = await new Promise<unknown>(resolve => child.once('close', resolve))
  return { code, output }
}

/** A stage's data directory after a job, as a zip like GitLab's. */
export function zipOfData(stage: string, dataDir: string): Uint8Array {
  return zipOfFolder(dataDir, `packages/${stage}/data`)
}

/** The files of a folder, zipped under their path in the project. */
export function zipOfFolder(folder: string, path: string): Uint8Array {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter(name => statSync(join(folder, name)).isFile())
  return zipSync(
    Object.fromEntries(
      files.map(name => [`${path}/${name}`, new Uint8Array(readFileSync(join(folder, name)))]),
    ),
  )
}
