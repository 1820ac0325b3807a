import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ciTask } from '@support-sync/shared/runs/handover'
import { EXIT, ExpectedError, exitCodeOf } from '@support-sync/shared/runtime/errors'
import { jobLog, writeAnswer } from './job-log.ts'

/**
 * `node ci/check.ts`: the job of the task `check`. Runs preflight with the project's variables, so that nobody needs
 * them on a machine of their own. What it finds is in the job's log and in its artifacts. Exits with preflight's code.
 */

const COMMANDS = join(import.meta.dirname, '..', 'cli', 'main.ts')

const LABELS = new Map<number, string>([
  [EXIT.done, 'Ready: what the check found'],
  [EXIT.badInput, 'Something must be set up: what the check found'],
  [EXIT.upstream, 'Something did not answer: what the check found'],
])

try {
  const { jobUrl } = ciTask(process.env)
  const { code, text } = await preflight()
  await writeAnswer(jobUrl, LABELS.get(code) ?? 'What the check found', { 'check.txt': text })
  process.exitCode = code
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  jobLog.error({ code: error.code, next: error.next }, error.message)
  process.exitCode = exitCodeOf(error)
}

/** Shows what it says as it says it, and gives it with its exit code. */
async function preflight(): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, [COMMANDS, 'preflight'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.setEncoding('utf8').on('data', chunk => {
      text += chunk
      to.write(chunk)
    })
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? EXIT.bug))
  })
  return { code, text }
}
