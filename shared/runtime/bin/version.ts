import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Environment } from './settings.ts'

const SHORT = 9

/** The output of --version: a package's version and commit, such as `0.1.0 (1a2b3c4d5)`. */
export function versionText(packageDir: string, { CI_COMMIT_SHA }: Environment): string {
  const commit = CI_COMMIT_SHA ? CI_COMMIT_SHA.slice(0, SHORT) : commitOf(packageDir)
  return `${versionOf(packageDir)}${commit === undefined ? '' : ` (${commit})`}`
}

function versionOf(packageDir: string): string {
  const path = join(packageDir, 'package.json')
  if (!existsSync(path)) return 'unknown'
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version
}

/** The commit. Undefined without git or a repository, as in an unpacked archive. */
function commitOf(dir: string): string | undefined {
  try {
    const args = ['-C', dir, 'rev-parse', `--short=${SHORT}`, 'HEAD']
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
