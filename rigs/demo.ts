import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { MARKED_SECRETS, SECRETS_OF_A_RUN, secretsIn, secretsUnder } from '@support-sync/fixtures/secrets'
import { hours } from '@support-sync/fixtures/story'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { columns, shownPath } from '@support-sync/shared/runtime/terminal'
import { durationText, PROGRAM } from '@support-sync/shared/runtime/text'
import { createCommand, runMain } from '../cli/command/command.ts'
import { progressOn } from '../cli/pipeline/progress.ts'
import { stageTable } from '../cli/pipeline/stage-table.ts'
import { tryWriteReport } from '../report/try-write-report.ts'
import { runHour } from './demo/run-hour.ts'

/** `demo`: five hours of the whole sync against local servers. It checks its own results. */

const ROOT = resolve(import.meta.dirname, '..')
const DEMO_DIR = join(ROOT, 'runs', 'demo')
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const isColored = process.stdout.isTTY && !process.env.NO_COLOR

const command = createCommand({
  name: 'demo',
  purpose:
    'Runs the whole sync for five hours of a story, against local servers, and checks every write. Takes one to three minutes. Each hour is a run in runs/demo.',
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
  printRow(
    'The demo runs the whole sync five times, as five hours of a story. It takes one to three minutes and needs no credentials.',
  )
  printRow(
    'Local servers replace Salesforce, both Zendesk instances, Slack and GitLab. Nothing leaves this machine.',
  )
  printRow(
    'Each hour, people change records, all nine stages run as in production, and the demo checks every write.',
  )
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
      for (const line of hour.events) printRow('·', line)
      const runDir = join(DEMO_DIR, `hour-${index + 1}`)
      const progress = progressOn(process.stderr)
      const { record, differences } = await runHour(sandbox, hour, { runDir, today, last }, progress)
      last = record
      progress.done()
      if (isStopped) {
        console.log(`Stopped. The hours that ran are in runs/demo. To start again: ${PROGRAM} demo`)
        return EXIT.upstream
      }
      console.log(stageTable(record.stages, isColored, process.stdout.columns))
      console.log(`  ${await tryWriteReport({ dir: runDir, name: record.run_id })}`)
      console.log(
        differences.length === 0 ? good('  ✓ every write is as expected') : bad('  ✗ not as expected:'),
      )
      for (const difference of differences) console.log(`    ${difference}`)
      problems.push(...differences.map(difference => `${title}: ${difference}`))
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
    await sandbox.close()
  }
  for (const secret of await secretsUnder(DEMO_DIR, SECRETS_OF_A_RUN))
    problems.push(`a file contains a credential: ${secret}`)
  for (const { text } of sandbox.slack.messages)
    problems.push(
      ...secretsIn(text, SECRETS_OF_A_RUN).map(secret => `a Slack message contains a credential: ${secret}`),
    )
  console.log(ending(problems, performance.now() - started))
  return problems.length === 0 ? EXIT.done : EXIT.bug
}

function ending(problems: readonly string[], milliseconds: number): string {
  const result =
    problems.length === 0
      ? good(
          `All five hours went as expected (${durationText(milliseconds)}).\nNo file and no Slack message contains a credential.`,
        )
      : bad(`Not as expected (${problems.length}):\n${problems.join('\n')}`)
  const dir = shownPath(DEMO_DIR)
  return `
${result}

Artifacts, summaries and logs are in ${dir}/hour-1 to hour-5, one folder per stage.
What to do next:
  open the report of hour 3      ${dir}/hour-3/report.html
  see why a record changed       ${PROGRAM} explain cut short --run demo/hour-3
  see all that hour 3 planned    ${PROGRAM} plan --run demo/hour-3
  try the local servers by hand  ${PROGRAM} sandbox`
}

/** Prints a sentence, or a bullet and a sentence, wrapped at the terminal's width. */
function printRow(...row: string[]): void {
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
