import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { linkPackages } from '../impact/link-packages.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** Copies this repository's files with their uncommitted changes, and links the installed packages into the copy. */
export async function copyWorkingTree(to: string): Promise<void> {
  const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const file of listed.split('\0').filter(file => file !== '' && existsSync(join(ROOT, file)))) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(ROOT, file), join(to, file))
  }
  // Uses the fixtures' plans, so that an edit of production's plans breaks no test.
  cpSync(join(to, 'fixtures/rules/plans.yml'), join(to, 'packages/processor/data/plans.yml'))
  const installed = globSync('{shared,fixtures,packages/*,report}/node_modules', { cwd: ROOT })
  await linkPackages(ROOT, to, ['.', ...installed.map(dirname)])
}
