import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { durationText } from '@support-sync/shared/runtime/text'
import { commandLine, runMain } from '../cli/command/command.ts'
import { explainBench } from './bench/explain.ts'
import { benchGathers } from './bench/gathers.ts'
import { modelText } from './bench/model.ts'
import { benchOffline } from './bench/offline.ts'
import { isWithin, type Row, tableOf } from './bench/report.ts'
import { benchStartUp } from './bench/start-up.ts'
import { benchSyncs } from './bench/syncs.ts'
import { SCRIPTS } from './scripts.ts'

/** `pnpm bench`: how close the stages are to their limits, as ratios measured in one run. */

const EXPLAINED_ACCOUNTS = 100_000

await runMain(main)

async function main(args: string[]): Promise<number> {
  const given = await commandLine('bench', args, SCRIPTS)
    .usage(
      '$0 [options]\n\nMeasures the stages against the fastest possible JSON loop and against the rate limit.',
    )
    .options({
      only: {
        choices: ['offline', 'start-up', 'gathers', 'syncs', 'explain'] as const,
        describe: 'run only this section',
      },
      accounts: {
        type: 'number',
        default: 300_000,
        describe: 'accounts for the offline stages; a tenth is measured too',
      },
      organizations: { type: 'number', default: 40_000, describe: 'organizations for the gather' },
      'gathered-accounts': { type: 'number', default: 20_000, describe: 'accounts for the gather' },
      updates: { type: 'number', default: 20_000, describe: 'updates for each sync' },
      creates: { type: 'number', default: 500, describe: 'creates for each sync' },
      latency: { type: 'number', default: 20, describe: 'latency of each request, in milliseconds' },
      full: {
        type: 'boolean',
        default: false,
        describe:
          '1,000,000 accounts, 500,000 organizations, 200,000 gathered accounts, 50,000 updates, 5,000 creates',
      },
      model: {
        type: 'boolean',
        default: false,
        describe: 'print the capacity model and measure nothing',
      },
      json: { type: 'string', default: 'bench.json', describe: 'file for the figures' },
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done
  if (given.model) {
    console.log(modelText())
    return EXIT.done
  }
  const sizes = given.full
    ? {
        accounts: 1_000_000,
        organizations: 500_000,
        gatheredAccounts: 200_000,
        updates: 50_000,
        creates: 5_000,
      }
    : given
  const { latency } = given
  const dir = mkdtempSync(join(tmpdir(), 'support-sync-bench-'))
  const sections = {
    'start-up': () => benchStartUp(dir),
    offline: () =>
      benchOffline(
        dir,
        [sizes.accounts / 10, sizes.accounts].filter(size => size >= 10_000),
      ),
    gathers: () => benchGathers(dir, { ...sizes, latency }),
    syncs: () => benchSyncs(dir, { ...sizes, latency }),
    explain: benchExplain,
  }
  const rows: Row[] = []
  try {
    for (const [name, section] of Object.entries(sections)) {
      if (given.only !== undefined && given.only !== name) continue
      console.error(`${name} …`)
      rows.push(...(await section()))
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  console.log(tableOf(rows))
  writeFileSync(given.json, `${JSON.stringify({ taken_at: new Date().toISOString(), rows }, null, 2)}\n`)
  console.error(`written to ${given.json}`)
  return rows.every(isWithin) ? EXIT.done : EXIT.someRecordsFailed
}

async function benchExplain(): Promise<Row[]> {
  const answers = await explainBench(EXPLAINED_ACCOUNTS)
  return answers.map(({ question, milliseconds }) => ({
    section: 'explain',
    what: question,
    size: `${EXPLAINED_ACCOUNTS.toLocaleString('en')} accounts`,
    figure: 's',
    value: milliseconds / 1000,
    // The search for similar names reads all names, and may take longer.
    ...(question === 'not there' ? {} : { limit: 1 }),
    detail: `${durationText(milliseconds)} with the start of the program`,
  }))
}
