import { type ChildProcess, execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import {
  type GitlabJobs,
  type ServedJob,
  type ServedPipeline,
  type ServedToken,
  startGitlabJobs,
} from '@support-sync/fixtures/sandbox/gitlab'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { startPipelines } from '../../ci/test/pipelines.ts'
import { changed, REFUSALS, spoiled, type World, without } from './fetch-refusals.ts'
import { copyWorkingTree } from './working-tree.ts'

/** Downloads runs of the real jobs with `fetch-run`, and then uses the other commands on them. */

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const ACCOUNT = '001PL000000002XYAQ'
const TOKEN = 'glpat-a-persons-own-token'
const TODAY = '2026-11-23'

/** The jobs and pipelines of run 100, of run 150, which resumed it, and of run 200. Runs 150 and 200 are dry runs. */
let jobs: readonly ServedJob[]
let pipelines: readonly ServedPipeline[]
let base: string
let runs: string

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'fetch-'))
  const sandbox: Sandbox = await startSandbox(buildWorld(TODAY), {
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
  })
  const project = await startPipelines(sandbox.environment)
  try {
    expect((await project.run({ id: 100 })).get('record')?.code).toBe(0)
    const later = { startFrom: 'compare-global', resumeRun: 100, isDryRun: true } as const
    const resumed = await project.run({ id: 150, ...later, stages: ['compare-global'] })
    expect(resumed.get('record')?.code).toBe(0)
    const stages = ['accounts', 'orgs', 'processor'] as const
    expect((await project.run({ id: 200, isDryRun: true, stages, parallel: 3 })).get('record')?.code).toBe(0)
  } finally {
    jobs = project.server.jobs
    pipelines = project.server.pipelines
    await project.close()
    await sandbox.close()
  }
}, 600_000)
afterAll(() => rm(base, { recursive: true, force: true }))
beforeEach(async () => {
  runs = await mkdtemp(join(base, 'runs-'))
})

async function serve({ who, rules, change = job => job, status }: World = {}): Promise<GitlabJobs> {
  const person: ServedToken = {
    ...{ token: TOKEN, kind: 'personal', scopes: ['read_api'], state: 'active', role: 'developer' },
    ...who,
  }
  const served = pipelines.map(one => ({ ...one, status: status?.(one) ?? one.status }))
  const server = await startGitlabJobs(
    jobs.flatMap(job => change(job) ?? []),
    { ...rules, pipelines: served, tokens: [person] },
  )
  onTestFinished(server.close)
  return server
}

type During = (child: ChildProcess) => void
type Ended = { code: number | null; stdout: string; stderr: string }

function cli(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  { main = MAIN, during = () => undefined }: { main?: string; during?: During | undefined } = {},
): Promise<Ended> {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, NO_COLOR: '1', ...environment }
  return new Promise(resolve => {
    const child = execFile(process.execPath, [main, ...args], { env, cwd: base }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
    during(child)
  })
}

function fetchRun(
  { url, project }: GitlabJobs,
  args: readonly string[] = [],
  more: NodeJS.ProcessEnv = {},
  during?: During,
) {
  const environment = { GITLAB_HOST: url, GITLAB_PROJECT: project, GITLAB_TOKEN: TOKEN, ...more }
  return cli(['fetch-run', '--runs', runs, ...args], environment, { during })
}

const downloads = ({ requests }: GitlabJobs) => requests.filter(url => url.endsWith('/artifacts'))
const under = (dir: string) => readdirSync(dir, { recursive: true, encoding: 'utf8' })
const SLOW = { timeout: 120_000 }

test('the files of a run match its manifests, only their owner can read them, and the other commands work on them', {
  timeout: 300_000,
}, async () => {
  const server = await serve({ rules: { redirectsDownloads: true } })
  const { code, stdout, stderr } = await fetchRun(server, ['100'])
  expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^ {2}usgov-user-sync {2}[\d.]+ [kM]B, checked$/),
  })
  const run = join(runs, '100')
  expect(stdout).toMatch(
    /^Run 100 of support\/sync is in \S+: 10 archives, [\d.]+ [kM]B, each file checked against its man/,
  )
  expect(stdout).toContain(`./support-sync report --run ${relative(base, run)}\n`)
  expect(readdirSync(runs)).toEqual(['100'])
  for (const name of [
    'run_record.json',
    'gathered_ids.json',
    'orgs/zendesk_global.json',
    'sync-global/job.json',
  ])
    expect(existsSync(join(run, name))).toBe(true)
  // Other files of a job's checkout, such as plans.yml, are not part of the run.
  expect(under(run).filter(name => name.endsWith('.yml'))).toEqual([])
  const open = under(run).filter(name => (statSync(join(run, name)).mode & 0o077) !== 0)
  expect(open).toEqual([])
  expect(server.unknown).toEqual([])
  expect(new Set(server.storageTokens)).toEqual(new Set([undefined]))
  const written = under(run).filter(name => statSync(join(run, name)).isFile())
  const text = written.map(name => readFileSync(join(run, name), 'utf8')).join('')
  expect(`${stdout}${stderr}${text}`).not.toContain(TOKEN)

  const explained = await cli(['explain', ACCOUNT, '--run', run])
  expect(explained).toMatchObject({ code: 0, stderr: '' })
  expect(explained.stdout).toContain('Zendesk Global: organizations')
  const planned = await cli(['plan', '--run', run])
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  // The results of each sync must be newer than its inputs here too.
  expect(planned.stdout.match(/Written already, in this run: /g)).toHaveLength(4)
  const reported = await cli(['report', '--run', run])
  expect(reported.code).toBe(0)
  expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('<title>Run 100: It worked.')
  const plans = join(base, 'plans.yml')
  writeFileSync(plans, 'sm_ultimate: [Ultimate - 1 Year]\n')
  const impact = await cli(['impact', '--run', run, '--plans', plans])
  expect(impact).toMatchObject({ code: 0 })

  await fetchRun(server, ['200'])
  const history = await cli(['history', ACCOUNT, '--runs', runs, '--json'])
  expect(JSON.parse(history.stdout)).toEqual([
    { run: '100', instance: 'global', change: expect.stringContaining('appeared') },
  ])
  const diff = await cli(['diff', run, join(runs, '200')])
  expect(diff).toMatchObject({
    code: 0,
    stdout: `No account differs between ${run} and ${join(runs, '200')}.\n`,
  })
})

test(
  'in runs/ the name of a fetched run is its id, and the one fetched last is the newest',
  SLOW,
  async () => {
    const tree = join(base, 'tree')
    await copyWorkingTree(tree)
    const { url, project } = await serve()
    const environment = { GITLAB_HOST: url, GITLAB_TOKEN: TOKEN }
    const inTree = (...args: string[]) => cli(args, environment, { main: join(tree, 'cli', 'main.ts') })
    for (const id of ['200', '100']) {
      const { code, stdout } = await inTree('fetch-run', id, '--project', project)
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringContaining(`explain RECORD --run ${id}\n`),
      })
    }
    expect((await inTree('plan')).stdout).toContain('Run 100: ')
    expect((await inTree('explain', ACCOUNT, '--run', '200')).stdout).toContain('run 200')
    expect((await inTree('explain', ACCOUNT)).stdout).toContain('run 100')
    expect((await inTree('report')).stdout).toContain(join('runs', '100', 'report.html'))
    expect((await inTree('history', ACCOUNT)).stdout).toMatch(/^100 /)
    const resumed = ['run-pipeline', '--only', 'compare-global', '--resume-run', '100', '--today', TODAY]
    const { stdout } = await inTree(...resumed)
    expect(stdout).toMatch(/compare-global .* done/)
  },
)

test('without an id it fetches the newest run, and without a token it uses glab’s login', SLOW, async () => {
  const server = await serve({ who: { kind: 'oauth' } })
  const bin = join(base, 'bin')
  mkdirSync(bin)
  const { host } = new URL(server.url)
  writeFileSync(
    join(bin, 'glab'),
    `#!/bin/sh\n[ "$*" = "config get token --host ${host}" ] && echo "${TOKEN}"\nexit 0\n`,
  )
  chmodSync(join(bin, 'glab'), 0o755)
  const clone = join(base, 'clone')
  execFileSync('git', ['init', '-q', clone])
  const origin = `${server.url}/support/sync.git`.replace('http://', 'http://someone:else@')
  execFileSync('git', ['-C', clone, 'remote', 'add', 'origin', origin])
  const environment = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    GIT_DIR: join(clone, '.git'),
    GITLAB_HOST: undefined,
    GITLAB_PROJECT: undefined,
    GITLAB_TOKEN: '',
  }
  const { code, stdout } = await fetchRun(server, [], environment)
  expect({ code, runs: readdirSync(runs) }).toEqual({ code: 0, runs: ['200'] })
  expect(stdout).toContain(' UTC, a dry run.')
  const newest = await cli(['fetch-run', 'last', '--runs', runs], environment)
  expect(newest.stdout).toContain('Run 200 of support/sync is already in ')
})

test(
  'a run that was fetched is fetched again only if a job ran again on GitLab or a file here changed',
  SLOW,
  async () => {
    const server = await serve()
    expect((await fetchRun(server, ['200'])).code).toBe(0)
    const before = downloads(server).length
    const again = await fetchRun(server, ['200'])
    expect(again.stdout).toContain('up to date: nothing was downloaded')
    // It downloads only the record, to see whether the run has changed.
    expect(downloads(server)).toHaveLength(before + 1)

    const accounts = join(runs, '200', 'accounts', 'salesforce_accounts.json')
    const right = readFileSync(accounts, 'utf8')
    writeFileSync(accounts, `${right} `)
    expect((await fetchRun(server, ['200'])).stdout).toContain('It replaces the earlier download')
    expect(readFileSync(accounts, 'utf8')).toBe(right)

    const record = server.jobs.findLast(job => job.name === 'record')
    if (!record) throw new Error('there is no record')
    server.jobs.push({ ...record, id: 999 })
    expect((await fetchRun(server, ['200'])).stdout).toContain('since then, a job has run again on GitLab')
    expect(readdirSync(runs)).toEqual(['200'])
  },
)

test.each(REFUSALS)(
  '%s: an error with a hint, and the directory of runs stays empty',
  SLOW,
  async (_, world, args, code, name, says) => {
    const server = await serve(world)
    const ended = await fetchRun(server, args)
    expect({ ...ended, stderr: ended.stderr.slice(ended.stderr.indexOf(name)) }).toEqual({
      code,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^${name}: `)),
    })
    expect(ended.stderr).toContain(says)
    expect(ended.stderr).not.toContain(TOKEN)
    expect(readdirSync(runs)).toEqual([])
  },
)

test('a stage that stopped is fetched without a manifest, and the output says so', SLOW, async () => {
  // Only a stage that the run record calls stopped may lack its manifest.
  const stopped = JSON.stringify({ exit_code: 3 })
  const stop = (files: Record<string, Uint8Array>) => {
    const path = 'packages/sync-usgov/data/job.json'
    const job = JSON.parse(Buffer.from(files[path] ?? []).toString())
    const own = { ...without('/manifest.json')(files) }
    own[path] = Buffer.from(JSON.stringify({ ...job, ...JSON.parse(stopped) }))
    return own
  }
  const mark = (files: Record<string, Uint8Array>) => {
    const path = 'record/run_record.json'
    const record = JSON.parse(Buffer.from(files[path] ?? []).toString())
    for (const stage of record.stages)
      if (stage.stage === 'sync-usgov') Object.assign(stage, { state: 'stopped', exit_code: 3 })
    return { ...files, [path]: Buffer.from(JSON.stringify(record)) }
  }
  const change = (job: ServedJob) => {
    if (job.pipeline < 200 && job.name === 'sync-usgov:sync') return spoiled(job, stop)
    return job.pipeline < 200 && job.name === 'record' ? spoiled(job, mark) : job
  }
  const { code, stdout, stderr } = await fetchRun(await serve({ change }), ['100'])
  expect(code).toBe(0)
  expect(stderr).toMatch(/ {2}sync-usgov {2}.*not checked: the stage stopped without a manifest\n/)
  expect(stdout).toContain('Not checked, because they stopped without a manifest: sync-usgov.')
  expect(existsSync(join(runs, '100', 'sync-usgov', 'usgov_updates.json'))).toBe(true)

  const other = (job: ServedJob) => {
    const own = change(job)
    return own && job.pipeline < 200 && job.name === 'sync-usgov:sync'
      ? spoiled(own, changed('/usgov_updates.json'))
      : own
  }
  runs = await mkdtemp(join(base, 'runs-'))
  const refused = await fetchRun(await serve({ change: other }), ['100'])
  expect(refused.stderr).toContain('usgov_updates.json is not the one that compare-usgov wrote')
  expect(readdirSync(runs)).toEqual([])
})

test(
  'it does not touch a folder of the same name that is not this run, or in which stages have run',
  SLOW,
  async () => {
    mkdirSync(join(runs, '200'))
    const server = await serve()
    const mine = await fetchRun(server, ['200'])
    expect(mine).toMatchObject({ code: 2, stderr: expect.stringContaining('RUN_FOLDER_TAKEN: ') })
    expect(readdirSync(join(runs, '200'))).toEqual([])
    await rm(join(runs, '200'), { recursive: true })
    expect((await fetchRun(server, ['200'])).code).toBe(0)
    const manifest = join(runs, '200', 'processor', 'manifest.json')
    await rm(join(runs, '200', 'processor', 'doubts.json'))
    mkdirSync(join(runs, '200', 'logs'))
    expect((await fetchRun(server, ['200'])).stderr).toContain('run-pipeline has run stages in it')
    expect(existsSync(manifest)).toBe(true)
  },
)

test('a run that resumed another has only the stages that ran, and names the other', SLOW, async () => {
  const { code, stdout } = await fetchRun(await serve(), ['150'])
  expect(code).toBe(0)
  expect(stdout).toContain('Not part of this run: accounts, orgs, processor, compare-usgov')
  expect(stdout).toContain(
    'It uses the records that run 100 gathered. To download that run too: ./support-sync fetch-run 100\n',
  )
  expect(readdirSync(join(runs, '150')).sort()).toEqual([
    ...['compare-global', 'fetched.json', 'gathered_ids.json', 'run_record.json'],
  ])
})

test('a cancelled fetch leaves no files', SLOW, async () => {
  const server = await serve({ rules: { userCallsAMinute: 30 } })
  // The stand-in's rate limit makes the fetch wait for a minute, so there is time to cancel it.
  for (let call = 0; call < 12; call++)
    await fetch(`${server.apiUrl}/projects/7`, { headers: { 'PRIVATE-TOKEN': TOKEN } })
  const ended = fetchRun(server, ['100'], {}, child => {
    child.stderr?.once('data', () => setTimeout(() => child.kill('SIGINT'), 500))
  })
  expect(await ended).toMatchObject({ code: 75, stderr: expect.stringContaining('CANCELLED: ') })
  expect(readdirSync(runs)).toEqual([])
})

test.each<[string, NodeJS.ProcessEnv, string, string]>([
  ['no token', { GITLAB_TOKEN: '' }, 'GITLAB_TOKEN_MISSING', 'scope read_api at http'],
  ['no project', { GITLAB_PROJECT: '' }, 'GITLAB_PROJECT_UNKNOWN', '--project GROUP/NAME'],
  ['no server', { GITLAB_HOST: '' }, 'GITLAB_PROJECT_UNKNOWN', 'GITLAB_HOST'],
  [
    'a clone of another service',
    { GITLAB_HOST: '', GITLAB_PROJECT: 'https://github.com/a/b' },
    'GITLAB_PROJECT_UNKNOWN',
    'not a GitLab server',
  ],
  ['a token with a line break', { GITLAB_TOKEN: `${TOKEN}\nx` }, 'CREDENTIALS_MALFORMED', 'GITLAB_TOKEN'],
])('%s: exit 2, and no request', SLOW, async (_, environment, code, next) => {
  const server = await serve()
  const empty = { GIT_DIR: join(base, 'nowhere'), PATH: '/usr/bin:/bin', HOME: base }
  const ended = await fetchRun(server, ['100'], { ...empty, ...environment })
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`${code}: `) })
  expect(ended.stderr).toContain(next)
  expect(ended.stderr).not.toContain(TOKEN)
  expect(server.requests).toEqual([])
})
