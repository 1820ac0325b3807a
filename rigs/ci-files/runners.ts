import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')
const STATE_DIR = '.gitlab-ci-local'
const STORE_DIR = '.pnpm-store'

/** Git settings that work for any owner of the folder, and without a git user. */
const SETTINGS = {
  'safe.directory': '*',
  'user.name': 'ci-files',
  'user.email': 'ci-files@localhost',
  'commit.gpgsign': 'false',
}
const GIT = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
/** Gives all copies the same commit. */
const DATES = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' }

/** Works like one of GitLab's runners: its own clone, for one job at a time. */
export type Runner = {
  dir: string
  /** The folder in the clone where gitlab-ci-local keeps its files. */
  stateDir: string
  /** Removes the previous job's files, except installed packages. */
  clean: () => Promise<void>
  /** Changes a tracked file until `restore`. */
  change: (file: string, change: (content: string) => string) => Promise<void>
  restore: () => Promise<void>
}

export type Runners = {
  commit: string
  /** Waits for a free runner and lends it. */
  use: <Result>(work: (runner: Runner) => Promise<Result>) => Promise<Result>
  close: () => Promise<void>
}

/**
 * Creates runners outside this repository, with its tracked files and uncommitted changes. They share a package store,
 * as GitLab's runners share a cache. Throws if this is not a git repository.
 */
export async function startRunners(count: number): Promise<Runners> {
  const base = await mkdtemp(join(tmpdir(), 'ci-files-'))
  const archive = join(base, 'tree.tar')
  // A commit of the changed files, on no branch; empty if nothing changed.
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
  await git(dir, 'commit', '--quiet', '--message', 'Current state')
  await symlink(join('..', 'store'), join(dir, STORE_DIR))
  const kept = ['node_modules', STORE_DIR, STATE_DIR].flatMap(name => ['--exclude', name])
  return {
    dir,
    stateDir: STATE_DIR,
    async clean() {
      await rm(join(dir, STATE_DIR), { recursive: true, force: true })
      await git(dir, 'clean', '-ffdxq', ...kept)
    },
    async change(file, change) {
      await writeFile(join(dir, file), change(await readFile(join(dir, file), 'utf8')))
    },
    async restore() {
      await git(dir, 'checkout', '--quiet', '--', '.')
    },
  }
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await run('git', [...GIT, ...args], { cwd, env: { ...process.env, ...DATES } })).stdout.trim()
}
