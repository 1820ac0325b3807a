import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ciTask } from '@support-sync/shared/runs/handover'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { asJob, writeAnswer } from './job-log.ts'

/**
 * `node ci/check.ts`: the job of the task `check`. Runs preflight with the project's variables, so that no admin needs
 * them on their own machine. The job's log and artifacts have the findings. Exits with preflight's code.
 */

const COMMANDS = join(import.meta.dirname, '..', 'cli', 'main.ts')

const LABELS = new Map<number, string>([
  [EXIT.done, 'Ready: findings of the check'],
  [EXIT.badInput, 'Something is not set up: findings of the check'],
  [EXIT.upstream, 'A service did not answer: findings of the check'],
])

await asJob(async () => {
  const { jobUrl } = ciTask(process.env)
  const { code, text } = await preflight()
  await writeAnswer(jobUrl, LABELS.get(code) ?? 'Findings of the check', { 'check.txt': text })
  process.exitCode = code
})

/** Runs preflight, prints its output as it arrives, and returns the output and the exit code. */
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
