import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')
const STATE_DIR = '.gitlab-ci-local'
const STORE_DIR = '.pnpm-store'

/** Whoever owns the folder, and whether or not git knows a person here. */
const SETTINGS = {
  'safe.directory': '*',
  'user.name': 'ci-files',
  'user.email': 'ci-files@localhost',
  'commit.gpgsign': 'false',
}
const GIT = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
/** So that all copies are of one commit. */
const DATES = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' }

/** What works like one of GitLab's runners: a clone of its own, used by a job at a time. */
export type Runner = {
  dir: string
  /** Where gitlab-ci-local keeps what it makes, in the clone. */
  stateDir: string
  /** Takes away what the job before has left, but for what was installed. */
  clean: () => Promise<void>
}

export type Runners = {
  commit: string
  /** Lends a runner, as soon as one is free. */
  use: <Result>(work: (runner: Runner) => Promise<Result>) => Promise<Result>
  close: () => Promise<void>
}

/**
 * Makes runners outside of this repository, with what git tracks in it and the changes not committed yet; they share
 * a package store, as GitLab's share a cache. Throws when this is no git repository.
 */
export async function startRunners(count: number): Promise<Runners> {
  const base = await mkdtemp(join(tmpdir(), 'ci-files-'))
  const archive = join(base, 'tree.tar')
  // A commit of the changed files that no branch names; nothing when none is changed.
  const changed = await git(ROOT, 'stash', 'create')
  await git(ROOT, 'archive', '--output', archive, changed || 'HEAD')
  await mkdir(join(base, 'store'))
  const all = await Promise.all(
    Array.from({ length: count }, (_, index) => makeRunner(join(base, `runner-${index + 1}`), archive)),
  )
  const free = [...all]
  const waiting: ((runner: Runner) => void)[] = []
  return {
    commit: await git(join(base, 'runner-1'), 'rev-parse', 'HEAD'),
    async use(work) {
      const runner = free.pop() ?? (await new Promise<Runner>(resolve => waiting.push(resolve)))
      try {
        return await work(runner)
      } finally {
        const next = waiting.shift()
        if (next) next(runner)
        else free.push(runner)
      }
    },
    async close() {
      await rm(base, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function makeRunner(dir: string, archive: string): Promise<Runner> {
  await mkdir(dir)
  await run('tar', ['-xf', archive, '-C', dir])
  await git(dir, 'init', '--quiet', '--initial-branch=main')
  await git(dir, 'add', '--all')
  await git(dir, 'commit', '--quiet', '--message', 'As it stands')
  await symlink(join('..', 'store'), join(dir, STORE_DIR))
  const kept = ['node_modules', STORE_DIR, STATE_DIR].flatMap(name => ['--exclude', name])
  return {
    dir,
    stateDir: STATE_DIR,
    async clean() {
      await rm(join(dir, STATE_DIR), { recursive: true, force: true })
      await git(dir, 'clean', '-ffdxq', ...kept)
    },
  }
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await run('git', [...GIT, ...args], { cwd, env: { ...process.env, ...DATES } })).stdout.trim()
}
