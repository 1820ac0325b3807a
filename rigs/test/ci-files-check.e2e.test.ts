import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { schemaProblem } from '../ci-files/gitlab-ci-local.ts'
import { jobEnds } from '../ci-files/job-ends.ts'
import { jobProblems } from '../ci-files/judge.ts'
import { ensureRsync } from '../ci-files/rsync.ts'

/** Tests the checks of `pnpm ci-files`. */

/** gitlab-ci-local compiles all of GitLab's schema at each start. */
const SLOW = 120_000

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ci-files-test-'))
})
afterEach(() => rm(dir, { recursive: true }))

async function problemOf(yaml: string): Promise<string | null> {
  await writeFile(join(dir, 'file.yml'), yaml)
  return schemaProblem({ dir, file: 'file.yml', stateDir: '.state', variables: {}, inputs: {} })
}

test(
  "a file that breaks GitLab's schema is found, even in a template that its jobs extend",
  async () => {
    const file = (when: string) =>
      `.all:\n  artifacts: { when: ${when} }\njob:\n  extends: .all\n  script: [exit 0]\n`
    expect(await problemOf(file('always'))).toBeNull()
    expect(await problemOf(file('sometimes'))).toContain("'when' property must be one of")
  },
  SLOW,
)

test(
  'a file that is not YAML is found',
  async () => {
    expect(await problemOf('job: [')).not.toBeNull()
  },
  SLOW,
)

test("a job's exit code comes from gitlab-ci-local, not from the job's own output", () => {
  const output = [
    'orgs:gather starting shell (test)',
    'orgs:gather > processor:processor finished in 2 s',
    'orgs:gather finished in 6.55 s  FAIL 2 ',
    'sync-global:sync finished in 1.2 min  WARN 4 ',
    'accounts:gather  finished in 391 ms',
    'pipeline finished in 15 s',
  ].join('\n')
  const ends = jobEnds(output)
  expect(ends.get('orgs:gather')).toBe(2)
  expect(ends.get('sync-global:sync')).toBe(4)
  expect(ends.get('accounts:gather')).toBe(0)
  expect(ends.get('processor:processor')).toBeUndefined()
})

test('without rsync, and if it cannot be installed, the error says what to do', async () => {
  const path = process.env.PATH
  process.env.PATH = dir
  try {
    await expect(ensureRsync()).rejects.toMatchObject({
      code: 'RSYNC_MISSING',
      message: expect.stringContaining('ENOENT'),
      next: expect.stringContaining('apt-get install rsync'),
    })
  } finally {
    process.env.PATH = path
  }
})

function run(code: number | undefined) {
  return {
    name: 'orgs',
    start: null,
    milliseconds: 0,
    log: 'orgs.log',
    codes: new Map([['orgs:gather', code]]),
  }
}

test('a job that failed, did not run, or passed with an unexpected warning is a problem', () => {
  expect(jobProblems([run(0)])).toEqual([])
  expect(jobProblems([run(2)])).toEqual(['orgs:gather ended with 2 (orgs.log)'])
  expect(jobProblems([run(undefined)])).toEqual(['orgs:gather did not run (orgs.log)'])
  expect(jobProblems([run(4)])).toHaveLength(1)
  expect(jobProblems([run(4)], { orgs: 4 })).toEqual([])
})
