import { dirname, join } from 'node:path'
import { makePrivateDirectory, writePrivateFile } from '@support-sync/shared/runtime/artifacts'
import { exitCodeOf, expectedFrom } from '@support-sync/shared/runtime/errors'
import { printable } from '@support-sync/shared/runtime/text'

/** What a job shows in GitLab in addition to its bin's log. */

/** JSON lines on standard error, like the log of a bin. */
export const jobLog = {
  debug: () => undefined,
  info: line('info'),
  warn: line('warn'),
  error: line('error'),
}

function line(level: string) {
  return (details: object, msg: string): void => {
    const line = JSON.stringify({ level, time: new Date().toISOString(), ...details, msg })
    process.stderr.write(`${printable(line)}\n`)
  }
}

/** Runs a job's program. Logs an `ExpectedError` with its hint, and sets the exit code. */
export async function asJob(program: () => Promise<void>): Promise<void> {
  try {
    await program()
  } catch (thrown) {
    const error = expectedFrom(thrown)
    if (!error) throw thrown
    jobLog.error({ code: error.code, next: error.next }, error.message)
    process.exitCode = exitCodeOf(error)
  }
}

/**
 * Runs a function and puts its output into a collapsed section of the job's log.
 * https://docs.gitlab.com/ci/jobs/job_logs/#expand-and-collapse-job-log-sections
 */
export async function inSection<Value>(
  name: string,
  title: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const seconds = () => Math.floor(Date.now() / 1000)
  process.stdout.write(`\u001b[0Ksection_start:${seconds()}:${name}[collapsed=true]\r\u001b[0K${title}\n`)
  try {
    return await work()
  } finally {
    process.stdout.write(`\u001b[0Ksection_end:${seconds()}:${name}\r\u001b[0K\n`)
  }
}

/** Links on the job's page: https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsannotations */
export async function writeAnnotations(path: string, links: Readonly<Record<string, string>>): Promise<void> {
  const annotations = {
    support_sync: Object.entries(links).map(([label, url]) => ({ external_link: { label, url } })),
  }
  await writeReport(path, JSON.stringify(annotations))
}

/** The folder for a task's answer. */
const ANSWER_FOLDER = 'answer'

/** Writes a task's answer, and a link to its first file on the job's page. */
export async function writeAnswer(
  jobUrl: string,
  label: string,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(texts)) await writeReport(join(ANSWER_FOLDER, name), text)
  const [first = ''] = Object.keys(texts)
  const url = `${jobUrl}/artifacts/file/${ANSWER_FOLDER}/${first}`
  await writeAnnotations('reports/annotations.json', { [label]: url })
}

/** Writes a report to the path that the job's CI file names. */
export async function writeReport(path: string, text: string): Promise<void> {
  makePrivateDirectory(dirname(path))
  writePrivateFile(path, text)
}
