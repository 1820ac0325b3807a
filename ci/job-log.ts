import { dirname, join } from 'node:path'
import { makePrivateDirectory, writePrivateFile } from '@support-sync/shared/runtime/artifacts'
import { printable } from '@support-sync/shared/runtime/text'

/** What a job shows in GitLab besides its bin's own log. */

/** JSON lines on standard error, as the stages' own bins write them. */
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

/**
 * Does something in a collapsed section of the job's log, which a click opens.
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

/** Where a task leaves its answer. */
const ANSWER_FOLDER = 'answer'

/** Leaves what a task answers, with a link on the job's page to the first of its files. */
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

/** Leaves a report where the job's file says that GitLab looks for it. */
export async function writeReport(path: string, text: string): Promise<void> {
  makePrivateDirectory(dirname(path))
  writePrivateFile(path, text)
}
