import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')
/** Whoever owns the folder, and whether or not git knows a person here. */
const GIT = [
  '-c',
  'safe.directory=*',
  '-c',
  'user.name=ci-files',
  '-c',
  'user.email=ci-files@localhost',
  '-c',
  'commit.gpgsign=false',
]

/** A repository of its own, so that nothing a job does reaches the one that is worked in. */
export type WorkingCopy = AsyncDisposable & {
  dir: string
  commit: string
  /** Changes a tracked file, as a commit would. */
  write: (path: string, text: string) => Promise<void>
}

/** Copies what git tracks, with the changes that are not committed yet. Throws when this is no git repository. */
export async function copyWorkingTree(): Promise<WorkingCopy> {
  const dir = await mkdtemp(join(tmpdir(), 'ci-files-'))
  // A commit of the changed files, which no branch names; nothing when none is changed.
  const changed = await git(ROOT, 'stash', 'create')
  const archive = join(dir, 'tree.tar')
  await git(ROOT, 'archive', '--output', archive, changed || 'HEAD')
  await run('tar', ['-xf', archive, '-C', dir])
  await rm(archive)
  await git(dir, 'init', '--quiet', '--initial-branch=main')
  const commit = async () => {
    await git(dir, 'add', '--all')
    await git(dir, 'commit', '--quiet', '--message', 'As it stands')
    return git(dir, 'rev-parse', 'HEAD')
  }
  return {
    dir,
    commit: await commit(),
    async write(path, text) {
      await writeFile(join(dir, path), text)
      await git(dir, 'add', path)
    },
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await run('git', [...GIT, ...args], { cwd })).stdout.trim()
}
