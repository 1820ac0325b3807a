import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/**
 * `pnpm mutants [FILE...]`: changes the rules in some hundred small ways, one at a time, and sees whether their tests notice.
 * Each change that they do not notice is shown: either a rule has no test, or the code says more than the rule.
 * All of them take 10 to 20 minutes, one file (`shared/domain/decide.ts`) one or two. What it found is kept, and the next time only what changed is tried again.
 *
 * Stryker brings over 200 packages, and this is its only use: it is installed into a copy and not with the project.
 */

const ROOT = resolve(import.meta.dirname, '..')
const STRYKER = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1']
const KEPT = join(ROOT, 'node_modules', '.cache', 'mutants')

const files = process.argv.slice(2)
const CONFIGURATION = {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: files.length > 0 ? files : ['shared/domain/*.ts'],
  vitest: { dir: 'shared/domain', related: false },
  // Stryker would rewrite it by the compiler's JavaScript API, which TypeScript 7 does not have; nothing reads it.
  tsconfigFile: 'none',
  incremental: true,
  incrementalFile: join(KEPT, 'incremental.json'),
  reporters: ['clear-text', 'progress', 'html'],
  clearTextReporter: { allowColor: process.stdout.isTTY, logTests: false, reportTests: false },
  htmlReporter: { fileName: join(KEPT, 'report.html') },
  concurrency: 2,
  thresholds: { high: 100, low: 90, break: 90 },
}

const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
try {
  copyFiles(copy)
  process.exitCode =
    run(copy, 'npx', '-y', 'pnpm@12', 'add', '--workspace-root', '--save-dev', ...STRYKER) ||
    run(copy, 'node_modules/.bin/stryker', 'run')
  console.log(`The changes in their places: ${join(KEPT, 'report.html')}`)
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/** What git has or would take, as it is now. */
function copyFiles(folder: string): void {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const files = listed.stdout.split('\0').filter(file => file !== '' && existsSync(join(ROOT, file)))
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(ROOT, file), join(folder, file))
  }
  mkdirSync(KEPT, { recursive: true })
  writeFileSync(join(folder, 'stryker.config.json'), JSON.stringify(CONFIGURATION))
}

function run(cwd: string, program: string, ...args: string[]): number {
  return spawnSync(program, args, { cwd, stdio: 'inherit' }).status ?? 1
}
