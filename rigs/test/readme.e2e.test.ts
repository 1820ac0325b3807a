import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { TRAITS } from '@support-sync/shared/domain'
import { findStage } from '@support-sync/shared/pipeline'
import { describe, expect, test } from 'vitest'

/** The links and commands in README and docs exist and work. */

const ROOT = join(import.meta.dirname, '..', '..')
const PAGES = ['*.md', 'docs/**/*.md', 'fixtures/*/README.md'].flatMap(pattern =>
  globSync(pattern, { cwd: ROOT }),
)
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).scripts
/** For tests that wait in line to start a program. */
const SLOW_MS = 180_000
const PNPM_COMMANDS = ['install', 'exec', 'audit', 'fetch']
/** Commands of the entry point itself. */
const OWN_COMMANDS = ['completion']
/** A name in capitals is a placeholder. */
const PLACEHOLDER = /^[A-Z]+$/

describe('every link leads to a file, and every anchor to a heading', () => {
  test.each(PAGES)('%s', page => {
    expect(linkProblems(page, read(page))).toEqual([])
  })

  test('a broken link is found', () => {
    expect(linkProblems('docs/page.md', '[a](plan.md) [b](plann.md) ![c](/docs/none.png)')).toEqual([
      'plann.md: no such file',
      '/docs/none.png: no such file',
    ])
    expect(linkProblems('README.md', '# One\n[a](#one) [b](#two) [c](docs/plan.md#an-example)')).toEqual([
      '#two: no such heading',
    ])
  })

  test('a heading whose anchor differs between GitLab and GitHub is refused', () => {
    expect(linkProblems('README.md', '## --an-option\n[a](#--an-option)')).toEqual([
      '#--an-option: no such heading',
    ])
  })

  test('links in code do not count', () => {
    expect(linkProblems('README.md', '`[a](none.md)`\n```\n[b](none.md)\n```\n')).toEqual([])
  })
})

describe.concurrent('every command works as written', { timeout: SLOW_MS }, () => {
  test.each(PAGES)('%s', async page => {
    expect(await commandProblems(read(page))).toEqual([])
  })

  test('an unknown script or option is found', async () => {
    const text =
      '`./support-sync explane x`, `pnpm plan --al`\n```sh\n' +
      './support-sync run-stage processor --overrides FILE --dry-run  # --comment\n```\n' +
      '`./support-sync run-pipeline\n--fromm orgs` `./support-sync run-stage orgz`'
    expect((await commandProblems(text)).sort()).toEqual([
      'explane is neither a script nor a pnpm command',
      'plan knows no --al',
      'run-pipeline knows no --fromm',
      'run-stage knows no --dry-run',
      'run-stage knows no orgz',
    ])
  })
})

test('every command shows its options with --help, and does nothing else', {
  timeout: SLOW_MS,
}, async () => {
  const programs = Object.values(SCRIPTS).flatMap(script => programOf(script) ?? [])
  expect(programs).toContain('rigs/demo.ts')
  const answers = await Promise.all(programs.map(async program => [program, await askHelp(program)]))
  expect(answers.filter(([, help]) => !/^(\.\/support-sync|npx -y pnpm@12) [a-z]/m.test(help ?? ''))).toEqual(
    [],
  )
})

test('the README begins with two commands', () => {
  const [first = ''] = blocks(section(read('README.md'), 'Try it'))
  expect(first.split('\n').map(line => line.split(/ +#/)[0])).toEqual([
    './support-sync demo',
    'npx -y pnpm@12 test',
  ])
})

test('the commands of "Run one stage" run as printed', { timeout: SLOW_MS }, async () => {
  const copy = mkdtempSync(join(tmpdir(), 'readme-'))
  const lines = blocks(section(read('docs/run.md'), 'Run one stage')).find(block => block.includes('cp -r'))
  // Only the folder and the way to start the scripts differ.
  const script = lines?.replaceAll('./support-sync', `"${process.execPath}" cli/main.ts`) ?? ''
  try {
    const { stdout } = await promisify(execFile)('sh', ['-euc', script.replaceAll('/tmp/try', copy)], {
      cwd: ROOT,
      env: ENVIRONMENT,
    })
    expect(stdout).toContain('1 to create, 2 to update, 2 to mark')
  } finally {
    rmSync(copy, { recursive: true })
  }
})

describe('every code that a person can see is on a page', () => {
  test('of an error, of a record that was not written, of a warning', () => {
    const codes = globSync(['shared/**/*.ts', 'packages/**/*.ts', '{cli,ci,rigs,report}/**/*.ts'], {
      cwd: ROOT,
      // Two of these contain Salesforce's own codes with their meaning.
      exclude: [
        ...['**/node_modules/**', '**/test/**', 'rigs/{faults,bench,losses}/**'],
        'shared/services/salesforce/{refusal,query-advice}.ts',
      ],
    }).flatMap(path => codesIn(read(path)))
    for (const code of ['MASS_CHANGE', 'BUG', 'OVERRIDES_TOO_LARGE', 'RecordInvalid'])
      expect(codes).toContain(code)
    expect(undocumented(codes, PAGES.map(read).join('\n'))).toEqual([])
  })

  test.each([
    ["new ExpectedError({ kind: 'guard', code: 'HEAT', message: 'Too hot' })", 'HEAT'],
    ["stoppedByGuard('HEAT', { message: 'Too hot' })", 'HEAT'],
    ["badInput(\n  'HEAT',\n  {\n", 'HEAT'],
    ["context.warn(\n  'HEAT',\n  'It is warm',\n", 'HEAT'],
    ["{ status: null, code: 'HEAT', message }", 'HEAT'],
    ["const HEAT = 'HEAT'", 'HEAT'],
    ["return problem('HEAT_WAVE', 'Too hot')", 'HEAT_WAVE'],
    [
      `problem('HEAT', 'Too hot') … new ExpectedError({ kind: 'guard', code: \`ROOM_\${what}\`, message, next })`,
      'ROOM_HEAT',
    ],
    ["return head ?? 'HEAT'", 'HEAT'],
    ["const ADVICE = {\n  HeatStroke:\n    'Lie down.',\n", 'HeatStroke'],
  ])('the code in %j is found', (source, code) => {
    expect(codesIn(source)).toEqual([code])
    expect(undocumented([code], `${code} \`${code}S\``)).toEqual([code])
    expect(undocumented([code], `| \`${code}\` |`)).toEqual([])
  })
})

const ENVIRONMENT = {
  ...process.env,
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node'),
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The text below a heading, up to the next one of any level. */
function section(text: string, heading: string): string {
  const [, after = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'))
  return after.split(/^#+ .*$/m)[0] ?? ''
}

/** Includes the indented ones of a list. */
const FENCED = /^ *```\w*\n(.*?)\n?^ *```$/gms
const INLINE = /`([^`]+)`/g

/** The contents of code blocks. */
function blocks(text: string): string[] {
  return [...text.matchAll(FENCED)].map(([, block = '']) => block)
}

function linkProblems(page: string, text: string): string[] {
  const prose = text.replaceAll(FENCED, '').replaceAll(INLINE, 'code')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.flatMap(target => {
    if (/^[a-z]+:/.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const from = path.startsWith('/') ? '' : dirname(page)
    const file = path === '' ? page : relative(ROOT, join(ROOT, from, path))
    if (path !== '' && !existsSync(join(ROOT, file))) return [`${target}: no such file`]
    const headings = anchorsOf(path === '' ? text : anchor === undefined ? '' : read(file))
    return anchor === undefined || headings.includes(anchor) ? [] : [`${target}: no such heading`]
  })
}

/** The anchors that GitLab and GitHub agree on. GitLab joins several hyphens into one. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replaceAll(FENCED, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return headings
    .map(heading =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    )
    .filter(anchor => !anchor.includes('--'))
}

/** Patterns of codes in the sources: arguments, and any name of several words in capitals. */
const CODES = [
  /\b(?:warn|badInput|stoppedByGuard|upstreamFailed)\(\s*'([A-Z]\w+)'/g,
  /\b(?:code|type):\s+'([A-Z]{3,})'/g,
  /\bconst ([A-Z]{3,}) = '\1'/g,
  /(?:\?\?|\breturn) '([A-Z]{3,})'/g,
  /'([A-Z]+(?:_[A-Z]+)+)'/g,
  // The keys of a table of advice.
  /^ {2}([A-Z][a-z]+[A-Z]\w+):(?= '|\n)/gm,
]
/** Names in this form that are not our codes: a service's, Node's, and prefixes of variables. */
const NO_CODES = [
  ...['INVALID_FIELD', 'INVALID_QUERY_LOCATOR', 'INVALID_SESSION_ID', 'INVALID_AUTH_HEADER'],
  ...['INVALID_TYPE', 'MULTIPLE_API_ERRORS', 'UNSUPPORTED_API_VERSION'],
  ...['REQUEST_LIMIT_EXCEEDED', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
  ...Object.values(TRAITS).map(({ variables }) => variables),
]

/** The codes in a source file. */
function codesIn(source: string): string[] {
  const written = CODES.flatMap(pattern => [...source.matchAll(pattern)].map(([, code = '']) => code))
  const [, prefix] = /`([A-Z]+_)\$\{\w+\}`/.exec(source) ?? []
  const parts = prefix === undefined ? [] : source.matchAll(/\bproblem\('([A-Z_]+)'/g)
  const made = [...parts].map(([, part = '']) => part)
  const codes = [...written.filter(code => !made.includes(code)), ...made.map(part => `${prefix}${part}`)]
  return [...new Set(codes)].filter(code => !NO_CODES.includes(code))
}

/** The codes that no page has. */
function undocumented(codes: readonly string[], pages: string): string[] {
  return [...new Set(codes)].filter(code => !pages.includes(`\`${code}\``)).sort()
}

/** Commands in code blocks and in inline code, which can continue on the next line. */
function commandsOf(text: string): string[][] {
  const lines = [
    ...[...text.replaceAll(FENCED, '').matchAll(INLINE)].map(([, code = '']) => code.replaceAll(/\s+/g, ' ')),
    ...blocks(text).flatMap(block => block.split('\n')),
  ]
  return lines
    .flatMap(line => [
      ...line.matchAll(
        /(?:\bpnpm(?:@12)? (?:run )?|\.\/support-sync |^)((?:run-stage |(?<=pnpm(?:@12)? (?:run )?|\.\/support-sync ))[a-z][^#|]*)/g,
      ),
    ])
    .map(([, command = '']) => command.trim().split(/\s+/))
}

async function commandProblems(text: string): Promise<string[]> {
  return (await Promise.all(commandsOf(text).map(problemsOf))).flat()
}

async function problemsOf([name = '', ...words]: string[]): Promise<string[]> {
  const script = SCRIPTS[name]
  if (script === undefined) {
    return [...PNPM_COMMANDS, ...OWN_COMMANDS].includes(name)
      ? []
      : [`${name} is neither a script nor a pnpm command`]
  }
  const options = words.filter(word => word.startsWith('--')).map(word => word.split('=')[0] ?? '')
  const firstOption = words.findIndex(word => word.startsWith('--'))
  const names = words.slice(0, firstOption < 0 ? words.length : firstOption)
  const programs = name === 'run-stage' && names.length > 0 ? binsOf(names) : programOf(script)
  if (programs === null) return []
  if (programs.length === 0) return [`run-stage knows no ${names.join(' ')}`]
  const wanted = options.filter(option => option !== '--help')
  if (wanted.length === 0) return []
  const helps = await Promise.all(programs.map(askHelp))
  const known = helps.flatMap(help => help.match(/--[a-z][a-z-]*/g) ?? [])
  return wanted.filter(option => !known.includes(option)).map(option => `${name} knows no ${option}`)
}

/** The bins that run-stage starts; null for placeholders. */
function binsOf([stage = '', bin]: readonly string[]): string[] | null {
  if ([stage, bin ?? ''].some(word => PLACEHOLDER.test(word))) return null
  const bins = findStage(stage)?.bins.map(row => row.bin) ?? []
  return bins
    .filter(name => bin === undefined || name === bin)
    .map(name => join('packages', stage, 'bin', `${name}.ts`))
}

/** A script's program, if it is ours. */
function programOf(script: string): string[] | null {
  const [, program] = /^node ((?:cli|rigs)\/[\w-]+\.ts)$/.exec(script) ?? []
  return program === undefined ? null : [program]
}

const asked = new Map<string, Promise<string>>()

/** A program's help, requested once. Stops a program that runs instead. */
function askHelp(program: string): Promise<string> {
  const answer = asked.get(program) ?? inTurn(() => helpOf(program))
  asked.set(program, answer)
  return answer
}

/** The number of programs that a small machine can run at the same time without slowing all of them down. */
const lanes = Array.from({ length: 2 }, (): Promise<unknown> => Promise.resolve())
let turns = 0

function inTurn<Answer>(start: () => Promise<Answer>): Promise<Answer> {
  const lane = turns++ % lanes.length
  const answer = (lanes[lane] ?? Promise.resolve()).then(start)
  lanes[lane] = answer
  return answer
}

async function helpOf(program: string): Promise<string> {
  const options = { env: ENVIRONMENT, timeout: SLOW_MS }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, program), '--help'],
    options,
  ).catch(({ code }) => ({ stdout: `ended with ${code}` }))
  return stdout
}
