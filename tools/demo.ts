import { rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { styleText } from 'node:util'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { hours } from '@support-sync/fixtures/story'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { EXIT } from '@support-sync/shared/errors'
import type { RunRecord } from '@support-sync/shared/record'
import { runHour } from './demo/run-hour.ts'
import { progressOn } from './pipeline/progress.ts'
import { seconds, stageTable } from './pipeline/stage-table.ts'
import { leaveReport } from './report/leave-report.ts'

/** `pnpm demo`: the whole sync as a story of hours, against local servers. It checks itself. */

const ROOT = resolve(import.meta.dirname, '..')
const DEMO_DIR = join(ROOT, 'runs', 'demo')
const isColored = process.stdout.isTTY && !process.env.NO_COLOR

process.exitCode = await demo()

async function demo(): Promise<number> {
  const started = performance.now()
  const today = new Date().toISOString().slice(0, 10)
  await rm(DEMO_DIR, { recursive: true, force: true })
  const sandbox = await startSandbox(buildWorld(today), { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
  console.log(
    'Local servers stand in for Salesforce, two Zendesks, Slack and GitLab. Nothing leaves this machine.\n' +
      'Every hour the nine stages run as they do in production, and what they wrote is held against the story.',
  )
  const problems: string[] = []
  let last: RunRecord | undefined
  try {
    for (const [index, hour] of hours(today).entries()) {
      const title = `Hour ${index + 1}: ${hour.title}`
      console.log(`\n${bold(title)}`)
      for (const line of hour.happens) console.log(`  · ${line}`)
      const runDir = join(DEMO_DIR, `hour-${index + 1}`)
      const progress = progressOn(process.stderr)
      const { record, differences } = await runHour(sandbox, hour, { runDir, today, last }, progress)
      last = record
      progress.done()
      console.log(stageTable(record.stages, isColored))
      console.log(`  ${await leaveReport({ dir: runDir, name: record.run_id })}`)
      console.log(differences.length === 0 ? good('  ✓ exactly as told') : bad('  ✗ not as told:'))
      for (const difference of differences) console.log(`    ${difference}`)
      problems.push(...differences.map(difference => `${title}: ${difference}`))
    }
  } finally {
    await sandbox.close()
  }
  console.log(ending(problems, performance.now() - started))
  return problems.length === 0 ? EXIT.done : EXIT.bug
}

function ending(problems: readonly string[], milliseconds: number): string {
  const result =
    problems.length === 0
      ? good(`All hours were as told (${seconds(milliseconds)}).`)
      : bad(`${problems.length} differences from the story, see above.`)
  const dir = relative(process.cwd(), DEMO_DIR)
  return `
${result}

Artifacts, summaries and logs of each hour: ${dir}/hour-1 … one folder a stage.
Try next:
  open the report of hour 3    ${dir}/hour-3/report.html
  see what hour 3 compared     cat ${dir}/hour-3/compare-global/global_updates.json
  plan it again, write nothing npx -y pnpm@12 run-stage sync-global sync --dry-run --data-dir ${dir}/hour-3/sync-global
  decide about the same day    npx -y pnpm@12 run-stage processor processor --help
  servers to point bins at     npx -y pnpm@12 sandbox`
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
