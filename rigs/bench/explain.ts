import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..')
const ARTIFACTS = join(ROOT, 'fixtures', 'artifacts')

/**
 * Files of a run, each with a fixture's records repeated. `perMille`: for how many of a thousand accounts it has a record,
 * in an ordinary hour.
 */
const FILES = {
  'accounts/salesforce_accounts.json': { source: 'processor/salesforce_accounts.json', perMille: 1000 },
  'orgs/zendesk_global.json': { source: 'processor/zendesk_global.json', perMille: 1000 },
  'orgs/zendesk_usgov.json': { source: 'sync-usgov/zendesk_usgov.json', perMille: 40 },
  'processor/global_accounts.json': { source: 'compare-global/global_accounts.json', perMille: 1000 },
  'processor/usgov_accounts.json': { source: 'compare-usgov/usgov_accounts.json', perMille: 40 },
  'compare-global/global_updates.json': { source: 'sync-global/global_updates.json', perMille: 10 },
  'compare-global/global_creates.json': { source: 'sync-global/global_creates.json', perMille: 1 },
  'compare-global/global_not_in_sync.json': { source: 'sync-global/global_not_in_sync.json', perMille: 1 },
} as const

const recordsSchema = z.array(z.record(z.string(), z.unknown()))

/** Measures `pnpm explain` on a run with many accounts. Returns the milliseconds of each question, including the start. */
export async function explainBench(accounts: number): Promise<{ question: string; milliseconds: number }[]> {
  const dir = mkdtempSync(join(tmpdir(), 'explain-bench-'))
  try {
    for (const [name, { source, perMille }] of Object.entries(FILES))
      await writeMany(join(dir, name), source, Math.ceil((accounts * perMille) / 1000))
    const last = accounts - 1
    const questions = {
      'by salesforce_id, the first': idOf(0),
      'by salesforce_id, the last': idOf(last),
      'by Zendesk id': String(zendeskId(last)),
      'by name': `Company ${last}`,
      'not there': 'Nobody of this name',
    }
    // The first start on a machine compiles the program, which happens once.
    ask(questions['by name'], dir)
    return Object.entries(questions).map(([question, text]) => ({ question, milliseconds: ask(text, dir) }))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function writeMany(path: string, source: string, count: number): Promise<void> {
  const records = recordsSchema.parse(JSON.parse(readFileSync(join(ARTIFACTS, source), 'utf8')))
  mkdirSync(dirname(path), { recursive: true })
  async function* lines() {
    for (let number = 0; number < count; number += 1) {
      const record = records[number % records.length] ?? {}
      const id = record.id === undefined ? {} : { id: zendeskId(number) }
      const named = { ...record, ...id, name: `Company ${number}`, salesforce_id: idOf(number) }
      yield `${number === 0 ? '[\n' : ',\n'}${JSON.stringify(named)}`
    }
    yield '\n]\n'
  }
  await pipeline(lines, createWriteStream(path))
}

function ask(text: string, dir: string): number {
  const started = performance.now()
  const asked = spawnSync(process.execPath, [join(ROOT, 'cli', 'explain.ts'), text, '--at', dir], {
    env: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node') },
    cwd: ROOT,
    encoding: 'utf8',
  })
  const isFound = asked.status === 0 || asked.stderr.startsWith('NOT_FOUND')
  if (!isFound) throw new Error(`explain ${text} exited with ${asked.status}: ${asked.stderr}`)
  return performance.now() - started
}

function idOf(number: number): string {
  return `001${String(number).padStart(12, '0')}AAA`
}

function zendeskId(number: number): number {
  return 360_000_000_000 + number
}
