import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { MARKED_SECRETS, SECRETS_OF_A_RUN, secretsIn, secretsUnder } from '@support-sync/fixtures/secrets'
import { hours } from '@support-sync/fixtures/story'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { columns } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { createCommand, runMain } from '../cli/command/command.ts'
import { progressOn } from '../cli/pipeline/progress.ts'
import { shownPath } from '../cli/pipeline/run-stages.ts'
import { seconds, stageTable } from '../cli/pipeline/stage-table.ts'
import { leaveReport } from '../report/leave-report.ts'
import { runHour } from './demo/run-hour.ts'

/** `demo`: the whole sync as a story of hours, against local servers. It checks itself. */

const ROOT = resolve(import.meta.dirname, '..')
const DEMO_DIR = join(ROOT, 'runs', 'demo')
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const isColored = process.stdout.isTTY && !process.env.NO_COLOR

const command = createCommand({
  name: 'demo',
  purpose:
    'The whole sync as a story of five hours, against servers on this machine. It checks itself, and leaves each hour as a run in runs/demo.',
  run: demo,
})

export default command

async function demo(): Promise<number> {
  const started = performance.now()
  const today = new Date().toISOString().slice(0, 10)
  await rm(DEMO_DIR, { recursive: true, force: true })
  const sandbox = await startSandbox(buildWorld(today), {
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
    credentials: MARKED_SECRETS,
  })
  tell(
    'Local servers stand in for Salesforce, each Zendesk instance, Slack and GitLab. Nothing leaves this machine.',
  )
  tell('Every hour all stages run as they do in production, and what they wrote is held against the story.')
  let isStopped = false
  const stop = () => {
    isStopped = true
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  const problems: string[] = []
  let last: RunRecord | undefined
  try {
    for (const [index, hour] of hours(today).entries()) {
      const title = `Hour ${index + 1}: ${hour.title}`
      console.log(`\n${bold(title)}`)
      for (const line of hour.happens) tell('·', line)
      const runDir = join(DEMO_DIR, `hour-${index + 1}`)
      const progress = progressOn(process.stderr)
      const { record, differences } = await runHour(sandbox, hour, { runDir, today, last }, progress)
      last = record
      progress.done()
      if (isStopped) {
        console.log('Stopped. The hours so far are in runs/demo.')
        return EXIT.upstream
      }
      console.log(stageTable(record.stages, isColored, process.stdout.columns))
      console.log(`  ${await leaveReport({ dir: runDir, name: record.run_id })}`)
      console.log(differences.length === 0 ? good('  ✓ exactly as told') : bad('  ✗ not as told:'))
      for (const difference of differences) console.log(`    ${difference}`)
      problems.push(...differences.map(difference => `${title}: ${difference}`))
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
    await sandbox.close()
  }
  for (const secret of await secretsUnder(DEMO_DIR, SECRETS_OF_A_RUN)) problems.push(`a secret in ${secret}`)
  for (const { text } of sandbox.slack.messages)
    problems.push(...secretsIn(text, SECRETS_OF_A_RUN).map(secret => `Slack was told a secret: ${secret}`))
  console.log(ending(problems, performance.now() - started))
  return problems.length === 0 ? EXIT.done : EXIT.bug
}

function ending(problems: readonly string[], milliseconds: number): string {
  const result =
    problems.length === 0
      ? good(
          `All hours were as told (${seconds(milliseconds)}).\nNo file of theirs, and no message in Slack, holds a credential.`,
        )
      : bad(`${problems.length} differences from the story:\n${problems.join('\n')}`)
  const dir = shownPath(DEMO_DIR)
  return `
${result}

Artifacts, summaries and logs: ${dir}/hour-1 and so on, a folder a stage.
Try next:
  the report of hour 3  ${dir}/hour-3/report.html
  why a record changed  ${PROGRAM} explain cut short --at demo/hour-3
  all that was planned  ${PROGRAM} plan --at demo/hour-3
  servers to try with   ${PROGRAM} sandbox`
}

/** Prints a sentence, or one behind a sign, broken where the terminal ends. */
function tell(...row: string[]): void {
  const layout = { indent: row.length > 1 ? 2 : 0, width: process.stdout.columns }
  for (const line of columns([row], layout)) console.log(line)
}

function bold(text: string): string {
  return isColored ? styleText('bold', text) : text
}

function good(text: string): string {
  return isColored ? styleText('green', text) : text
}

function bad(text: string): string {
  return isColored ? styleText('red', text) : text
}

if (import.meta.main) await runMain(command.main)
