import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RULES_ENVIRONMENT } from '@support-sync/fixtures/rules'
import {
  account,
  dataDirectory,
  gatheredOrganization,
  runProgram,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

const { PLANS_FILE } = RULES_ENVIRONMENT

/** `unmapped` as a child process, and what an admin does with its output. */

const IDS = ['001000000000abAAAQ', '001000000000acAAAQ', '001000000000adAAAQ']
const PLUS = 'Ultimate Plus - 1 Year'
const QUANTUM = 'GitLab Quantum - 1 Year'
const ODD = 'Premium:\u00a0"new" #1 - 1 Year'
const TODAY = '2026-11-23'

const unmapped = (...args: string[]) => runProgram('cli/unmapped.ts', args)

const charged = (charge_name: string, index: number) =>
  account(IDS[index] ?? '', { arr: 1000 * (index + 1) }, [charge_name])

/** A run whose processor found these charge names. */
async function runWith(names: readonly string[]) {
  const files = {
    'processor/salesforce_accounts.json': names.map(charged),
    'processor/zendesk_global.json': [gatheredOrganization('global', 1)],
    'processor/zendesk_usgov.json': [gatheredOrganization('usgov', 1)],
    'overrides.yml': '[]',
  }
  const run = dataDirectory(files)
  const processor = (plans: string) =>
    spawnBin('processor', 'processor', [
      ...['--data-dir', join(run.path, 'processor'), '--today', TODAY, '--plans', plans],
      ...['--overrides', join(run.path, 'overrides.yml')],
    ])
  expect((await processor(PLANS_FILE)).exitCode).toBe(0)
  return { ...run, processor }
}

describe('the names that plans.yml does not list', () => {
  test('are printed by section with the reason and ARR, highest ARR first', async () => {
    const { path } = await runWith([PLUS, QUANTUM, ODD])
    const { stdout, stderr, exitCode } = await unmapped('--at', path)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain(
      `sm_ultimate:\n  # 1 account, ARR 1,000; like 'Ultimate - 1 Year'\n  - ${PLUS}\n`,
    )
    expect(stdout).toContain(`#   # 1 account, ARR 2,000\n#   - ${QUANTUM}\n`)
    expect(stdout).toContain('  - "Premium:\\u00a0\\"new\\" #1 - 1 Year"')
    const json = await unmapped('--at', path, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject([
      { charge_name: ODD, arr: 3000, accounts: 1 },
      { charge_name: QUANTUM, suggestion: null },
      { charge_name: PLUS, suggestion: { section: 'sm_ultimate', like: 'Ultimate - 1 Year' } },
    ])
  })

  test.each(['pasted', 'written with --out'])('are accepted by the processor when %s', async way => {
    const run = await runWith([PLUS, QUANTUM, ODD])
    const plans = join(run.path, 'plans.yml')
    const { stdout } = await unmapped('--at', run.path, ...(way === 'pasted' ? [] : ['--out', plans]))
    if (way !== 'pasted') expect(stdout).toMatch(/ impact --plans \S+plans\.yml --run \S+\n$/)
    if (way === 'pasted') run.put('plans.yml', pasted(readFileSync(PLANS_FILE, 'utf8'), stdout))

    const { exitCode, log } = await run.processor(plans)
    expect([exitCode, log.filter(({ code }) => code === 'PLANS_INVALID')]).toEqual([0, []])
    const left = run.records('processor/unmapped_charges.json')
    // An admin must always choose the section of a name without a similar known name.
    expect(left).toMatchObject(way === 'pasted' ? [] : [{ charge_name: ODD }, { charge_name: QUANTUM }])
    expect(run.records('processor/global_accounts.json')?.[0]).toMatchObject({ sub_sm_ultimate: true })
    // With the new file, it lists only the names that are still missing.
    const again = await unmapped('--at', run.path, '--plans', plans)
    expect(again.stdout).not.toContain(PLUS)
  })

  test('are none if plans.yml lists every charge name', async () => {
    const { path } = await runWith(['Ultimate - 1 Year'])
    expect((await unmapped('--at', path)).stdout).toBe('# plans.yml lists every active charge name.\n')
  })

  test('are an error with exit 2 and a hint if the run has no list', async () => {
    const { path } = dataDirectory({ 'accounts/x.json': [] })
    const { exitCode, stderr } = await unmapped('--at', path)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('ARTIFACT_MISSING: ')
    expect(stderr).toContain('Run the processor first')
  })
})

/** Pastes the lines under their sections, and names without a section under no_support. */
function pasted(plans: string, printed: string): string {
  let text = plans
  for (const block of printed
    .replace(/^# (no_support:)/m, '$1')
    .replace(/^# {3}/gm, '  ')
    .split('\n\n')) {
    const [, section, lines] = /^(\w+:)\n((?: {2}.*\n?)+)/m.exec(block) ?? []
    if (section === undefined) continue
    const at = text.indexOf(`\n${section}\n`)
    const added = `${section}\n${lines?.trimEnd()}\n`
    text = at < 0 ? `${text}${added}` : text.replace(`\n${section}\n`, () => `\n${added}`)
  }
  return text
}

test('--out must be a file, and its directory is created', async () => {
  const { path } = await runWith([PLUS])
  const refused = await unmapped('--at', path, '--out', path)
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain(`USAGE: --out names the directory ${path}, and takes a file`)
  const file = join(path, 'new', 'plans.yml')
  expect((await unmapped('--at', path, '--out', file)).exitCode).toBe(0)
  expect(readFileSync(file, 'utf8')).toContain(PLUS)
})
