import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startGitlabJobs } from '@support-sync/fixtures/sandbox/gitlab'
import { findStage } from '@support-sync/shared/pipeline'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { jobProblems } from './judge.ts'
import { type FileRun, type Pipeline, runFile } from './run-files.ts'

/** A quick stage that reads another stage's artifacts. */
const STAGE = 'compare-usgov'

/**
 * Runs one stage again with inputs that do not match their manifests. Its job must fail, and this check must notice.
 * Otherwise its results for other jobs are worthless.
 */
export async function selfCheck(runs: readonly FileRun[], pipeline: Pipeline): Promise<string[]> {
  const start = runs.find(({ name }) => name === STAGE)?.start
  if (!start) return [`${STAGE} did not run, so the check with changed inputs did not run either`]
  const inputs = Object.keys(findStage(STAGE)?.inputs ?? {})
  const spoiled = pipeline.server.jobs.map(job => ({ ...job, zip: job.zip && spoil(job.zip, inputs) }))
  const server = await startGitlabJobs(spoiled)
  const runDir = join(pipeline.runDir, 'self-check')
  const again = await runFile(start, { ...pipeline, server, runDir, onStart() {}, onEnd() {} })
  await server.close()
  const isRefused = (await readFile(again.log, 'utf8')).includes('does not match its manifest')
  const isFound = jobProblems([again]).length > 0 && [...again.codes.values()].includes(EXIT.badInput)
  return isRefused && isFound
    ? []
    : [`${STAGE} accepted inputs that do not match their manifests (${again.log})`]
}

/** The artifacts with an extra space in each named file: still JSON, but with another checksum. */
function spoil(zip: Uint8Array, names: readonly string[]): Uint8Array {
  const files = Object.entries(unzipSync(zip)).map(([path, content]) => [
    path,
    names.some(name => path.endsWith(`/${name}`)) ? strToU8(`${strFromU8(content)} `) : content,
  ])
  return zipSync(Object.fromEntries(files))
}
