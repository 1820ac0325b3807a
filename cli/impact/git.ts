import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { badInput, ExpectedError } from '@support-sync/shared/runtime/errors'
import { linkPackages } from './link-packages.ts'

const execute = promisify(execFile)

/** A commit and its name for people. */
export type Commit = { sha: string; name: string }

/**
 * Finds the commit of a branch, tag or other name. Without a name, finds the last commit that the working tree and the
 * default branch have in common. Throws an `ExpectedError` if there is none.
 */
export async function findCommit(root: string, name: string | undefined): Promise<Commit> {
  if (name !== undefined) {
    const sha = await tried(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`)
    if (sha === undefined) {
      throw problem('REF_UNKNOWN', `git finds no commit "${name}"`, 'Check the name, or fetch it first.')
    }
    return { sha, name: sha.startsWith(name) ? shortOf(sha) : `${name} (${shortOf(sha)})` }
  }
  for (const branch of await defaultBranches(root)) {
    const sha = await tried(root, 'merge-base', 'HEAD', branch)
    if (sha !== undefined) return { sha, name: `where it left ${branch} (${shortOf(sha)})` }
  }
  throw problem(
    'REF_UNKNOWN',
    'git finds no default branch that the working tree comes from',
    'Name a commit with --against REF.',
  )
}

/**
 * Checks out a commit in a second working tree with the packages to run it, and always removes it afterwards.
 */
export async function withWorktree<Value>(
  root: string,
  { sha }: Commit,
  directory: string,
  use: (tree: string) => Promise<Value>,
): Promise<Value> {
  const tree = join(directory, 'against')
  // Skips the user's own hooks.
  await git(root, '-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach', tree, sha)
  try {
    await linkPackages(root, tree)
    return await use(tree)
  } finally {
    await tried(root, 'worktree', 'remove', '--force', tree)
    await rm(tree, { recursive: true, force: true })
  }
}

async function defaultBranches(root: string): Promise<string[]> {
  const remote = await tried(root, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD')
  const named = process.env.CI_DEFAULT_BRANCH
  return [
    ...(named ? [`origin/${named}`, named] : []),
    ...(remote === undefined ? [] : [remote]),
    'origin/main',
    'main',
    'master',
  ]
}

function shortOf(sha: string): string {
  return sha.slice(0, 8)
}

async function git(root: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await execute('git', ['-C', root, ...args])
    return stdout.trim()
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw problem(
      'GIT_FAILED',
      `git ${args.find(argument => !argument.startsWith('-') && !argument.includes('=')) ?? ''} failed: ${said.split('\n').at(-1)}`,
      'Run it in a git clone that has the commit, or compare files with --plans or --overrides.',
    )
  }
}

/** The output of git, or undefined if it fails. */
async function tried(root: string, ...args: string[]): Promise<string | undefined> {
  try {
    return await git(root, ...args)
  } catch (error) {
    if (error instanceof ExpectedError) return undefined
    throw error
  }
}

function problem(code: string, message: string, next: string): ExpectedError {
  return badInput(code, {
    message,
    next,
  })
}
