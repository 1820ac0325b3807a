import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { EXIT } from '@support-sync/shared/runtime/errors'

/**
 * `pnpm mutants [FILE...]`: changes the rules in a thousand small ways, one at a time, and checks whether their tests
 * notice. It shows each change that they miss: a rule has no test, the code does more than the rule, or the change makes
 * no difference. All files take 10 to 20 minutes, a single one (such as shared/domain/decide.ts) a few.
 *
 * Stryker has over 200 packages and no other use here, so this installs it into a copy, not into the project.
 */

const ROOT = resolve(import.meta.dirname, '..')
const STRYKER = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1']
const REPORT = join(ROOT, 'node_modules', '.cache', 'mutants.html')

const files = process.argv.slice(2)
if (files.some(file => file.startsWith('-'))) {
  console.log(
    'npx -y pnpm@12 mutants [FILE...]\n\nChanges the rules in small ways, one at a time, and shows the changes that their tests miss.\nAll of shared/domain takes 10 to 20 minutes. Installs Stryker into a temporary copy.',
  )
  process.exit(files.includes('--help') ? EXIT.done : EXIT.badInput)
}
const CONFIGURATION = {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: files.length > 0 ? files : ['shared/domain/*.ts'],
  vitest: { configFile: 'vitest.mutants.mjs', related: false },
  // Stryker would rewrite tsconfig with the compiler's JavaScript API, which TypeScript 7 lacks. Nothing reads it.
  tsconfigFile: 'none',
  reporters: ['clear-text', 'progress', 'html'],
  clearTextReporter: { allowColor: process.stdout.isTTY, logTests: false, reportTests: false },
  htmlReporter: { fileName: REPORT },
  concurrency: 2,
  thresholds: { high: 100, low: 90, break: 90 },
}

// Only the tests that define the rules, not others that happen to run them.
const TESTS = `export default { test: { include: ['shared/domain/test/*.test.ts'] } }`

const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
try {
  copyFiles(copy)
  process.exitCode =
    run(copy, 'npx', '-y', 'pnpm@12', 'add', '--workspace-root', '--save-dev', ...STRYKER) ||
    run(copy, 'node_modules/.bin/stryker', 'run')
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/** Copies all tracked and untracked files in their current state, without ignored ones. */
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
  writeFileSync(join(folder, 'stryker.config.json'), JSON.stringify(CONFIGURATION))
  writeFileSync(join(folder, 'vitest.mutants.mjs'), TESTS)
}

function run(cwd: string, program: string, ...args: string[]): number {
  return spawnSync(program, args, { cwd, stdio: 'inherit' }).status ?? 1
}
