import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { badInput, type ExpectedError } from '@support-sync/shared/runtime/errors'

const run = promisify(execFile)

/**
 * Installs rsync with apt-get if it is missing and this user may install packages. gitlab-ci-local needs it to copy files.
 * Throws an `ExpectedError` with the reason if it is not available.
 */
export async function ensureRsync(): Promise<void> {
  if (await works('rsync', '--version')) return
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  try {
    await install(sudo, 'update', '--quiet')
    await install(sudo, 'install', '--quiet', '--yes', '--no-install-recommends', 'rsync')
  } catch (error) {
    throw missing(error instanceof Error ? error.message.trim() : String(error))
  }
  if (!(await works('rsync', '--version'))) throw missing('apt-get installed it, but it does not start')
}

async function install(sudo: readonly string[], ...args: string[]): Promise<void> {
  const [program = 'apt-get', ...rest] = [...sudo, 'apt-get', ...args]
  await run(program, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}

async function works(program: string, ...args: string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  )
}

function missing(why: string): ExpectedError {
  return badInput('RSYNC_MISSING', {
    message: `gitlab-ci-local needs rsync, which could not be installed: ${why}`,
    next: 'Install it (Debian: apt-get install rsync), then run npx -y pnpm@12 ci-files again.',
  })
}
