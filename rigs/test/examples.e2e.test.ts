import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { hours } from '@support-sync/fixtures/story'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { copyWorkingTree } from '../../cli/test/working-tree.ts'
import { runHour } from '../demo/run-hour.ts'
import { differenceOf, type Example, examplesOf } from './examples.ts'

/** Every output on a page is what the program prints, for the demo's hours on one day. */

const ROOT = join(import.meta.dirname, '..', '..')
const TODAY = '2026-11-23'
const EXAMPLES = ['*.md', 'docs/*.md', 'fixtures/*/README.md']
  .flatMap(pattern => globSync(pattern, { cwd: ROOT }))
  .flatMap(page => examplesOf(page, readFileSync(join(ROOT, page), 'utf8')))
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).scripts

/** This repository's files with the demo's runs: programs look for runs below their own folder. */
let tree: string

/** The setup before a page's examples, as the page describes it. Default: none. */
const HAPPENED: Readonly<Record<string, (sandbox: Sandbox) => void>> = {
  'docs/impact.md'() {
    const plans = readFileSync(join(tree, 'packages/processor/data/plans.yml'), 'utf8')
    const misplaced = '  - SaaS - Premium - 1 Year\n'
    const tried = plans
      .replace(misplaced, '')
      .replace('sm_premium:\n', '$&  - GitLab Quantum - 1 Year\n')
      .replace('dotcom_ultimate:\n', `$&${misplaced}`)
    writeFileSync(join(tree, 'plans-tried.yml'), tried)
  },
  'docs/preflight.md'({ global, environment }) {
    const regions = global.organizationFields.get('org_region')
    regions.options = (regions.options ?? []).filter(({ value }) => value !== 'apj')
    global.organizationFields.get('seats_decimal').active = false
    environment.ZENDESK_USGOV_CLIENT_SECRET = 'a-secret-of-before'
  },
}

beforeAll(async () => {
  tree = mkdtempSync(join(tmpdir(), 'examples-'))
  await copyWorkingTree(tree)
  await runHours(
    Math.max(...EXAMPLES.map(({ command }) => Number(/demo\/hour-(\d)/.exec(command)?.[1] ?? 0))),
  )
}, 300_000)

afterAll(() => rmSync(tree, { recursive: true }))

async function runHours(count: number): Promise<void> {
  const sandbox = await sandboxOfToday()
  let last: RunRecord | undefined
  for (const [index, hour] of hours(TODAY).slice(0, count).entries()) {
    const runDir = join(tree, 'runs', 'demo', `hour-${index + 1}`)
    const { record, differences } = await runHour(sandbox, hour, { runDir, today: TODAY, last })
    expect(differences).toEqual([])
    last = record
  }
  await sandbox.close()
}

function sandboxOfToday(): Promise<Sandbox> {
  return startSandbox(buildWorld(TODAY), { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
}

describe('a page shows what the program prints', () => {
  test.each(EXAMPLES.map(example => [`${example.page}:${example.line}`, example.command, example] as const))(
    '%s %s',
    async (_place, _command, example) => {
      const sandbox = await sandboxOfToday()
      onTestFinished(() => sandbox.close())
      HAPPENED[example.page]?.(sandbox)
      const difference = differenceOf(example, await outputOf(scriptOf(example), sandbox.environment))
      if (difference !== undefined) expect.fail(difference)
    },
  )
})

/** The shell line for a command. Throws if it is not one of our programs. */
function scriptOf({ page, line, command }: Example): string {
  const [, name = '', options = ''] = /^\.\/support-sync ([\w-]+)(.*)$/.exec(command) ?? []
  const script = SCRIPTS[name]
  if (/^node (cli|rigs)\//.test(script ?? '')) return script + options
  throw new Error(
    `${page}:${line}: a block without a language must begin with "$ ./support-sync " and the command whose output it shows, not with "${command}"`,
  )
}

/** The output of a shell line on a terminal of 100 columns without colours. */
function outputOf(script: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const env = {
    ...environment,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node'),
    NODE_OPTIONS: '--import=data:text/javascript,Object.assign(process.stdout,{isTTY:true,columns:100})',
    NO_COLOR: '1',
  }
  const options = { cwd: tree, env, timeout: 25_000 }
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', `exec 2>&1; exec ${script}`], options, (error, stdout) => {
      // A program with another exit code has printed why.
      if (error === null || typeof error.code === 'number') resolve(stdout)
      else reject(error)
    })
  })
}

describe('an example must match line by line', () => {
  const difference = (...shown: string[]) =>
    differenceOf(
      { page: 'page.md', line: 10, command: 'x', shown },
      'Run one\n\n~ a  1 → 2\n~ b  3  \nDone\n',
    )

  test.each([
    ['all of it', ['Run one', '', '~ a  1 → 2', '~ b  3', 'Done']],
    ['lines left out', ['Run one', '…', '~ b  3', '  …']],
    ['text left out', ['Run …', '', '~ …  1 → …', '~ b  3', 'Done']],
    ['gaps that leave nothing out', ['…', 'Run one', '…', '', '~ a  1 → 2', '…', '~ b  3', 'Done', '…']],
  ])('%s', (_, shown) => {
    expect(difference(...shown)).toBeUndefined()
  })

  test.each([
    ['another figure', ['Run one', '', '~ a  1 → 3', '…'], 13, '~ a  1 → 3', '~ a  1 → 2'],
    [
      'another number after lines left out',
      ['…', '~ a  2 → 2', '~ b  3', '…'],
      12,
      '~ a  2 → 2',
      '~ a  1 → 2',
    ],
    ['a missing line', ['Run one', '~ a  1 → 2', '…'], 12, '~ a  1 → 2', '(a blank line)'],
    ['an extra line', ['…', '~ b  3', 'Done', 'Bye'], 14, 'Bye', '(nothing more)'],
    ['an early end', ['Run one', '…', '~ b  3'], 14, '(nothing more)', 'Done'],
    ['a late beginning', ['~ b  3', 'Done'], 11, '~ b  3', 'Run one'],
    ['another order', ['…', 'Done', '…', 'Run one'], 14, 'Run one', '(nothing more)'],
    ['a regular expression', ['Run .*', '…'], 11, 'Run .*', 'Run one'],
  ])('%s is found', (_, shown, line, onPage, byProgram) => {
    const found = difference(...shown)
    expect(found).toContain(`page.md:${line}: `)
    expect(found).toContain(`\n  page     ${onPage}\n  program  ${byProgram}\n`)
  })

  test('an example that leaves everything out is refused', () => {
    expect(difference('…')).toContain('page.md:10: nothing is shown')
  })
})

test('blocks without a language or with a prompt are examples', () => {
  const text = [
    'Text\n',
    '```sh\n./support-sync plan\n```\n',
    '- one\n  ```\n  $ one\n  1\n    2\n\n  $ two\n  ```\n',
    '```console\n$ three\n3\n```\n',
    '```\nfour\n4\n```\n',
  ].join('')
  expect(examplesOf('page.md', text)).toEqual([
    { page: 'page.md', line: 7, command: 'one', shown: ['1', '  2'] },
    { page: 'page.md', line: 11, command: 'two', shown: [] },
    { page: 'page.md', line: 14, command: 'three', shown: ['3'] },
    { page: 'page.md', line: 18, command: 'four', shown: ['4'] },
  ])
})

test.each(['./support-sync plam', './support-sync test', 'ls', 'Run one'])(
  'an example that cannot run is refused: %s',
  command => {
    expect(() => scriptOf({ page: 'page.md', line: 1, command, shown: [] })).toThrow(`not with "${command}"`)
  },
)
