import { execFile, execFileSync } from 'node:child_process'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LISTED } from '../command/commands.ts'

/** `./support-sync`, run from outside. */

const ROOT = join(import.meta.dirname, '..', '..')
const ENTRY = join(ROOT, 'support-sync')
const SLOW_MS = 60_000
let dir: string
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'entry-')))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

type Ended = { code: number | null; stdout: string; stderr: string }

function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  return new Promise<Ended>(resolve => {
    const child = execFile(program, args, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

const main = (...args: string[]) =>
  run(process.execPath, [join(ROOT, 'cli', 'main.ts'), ...args], { cwd: dir })

describe.concurrent('the list of commands', { timeout: SLOW_MS }, () => {
  test('is printed without a command, with -h and with --help', async () => {
    const answers = await Promise.all([main(), main('-h'), main('--help')])
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], code: 0, stderr: '' })
    for (const { name, summary } of LISTED)
      expect(answers[0]?.stdout).toContain(`\n  ${name.padEnd(16)}${summary}\n`)
  })

  test('--version prints the version and the commit', async () => {
    const commit = execFileSync('git', ['rev-parse', '--short=9', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
    }).trim()
    const { stdout } = await main('--version')
    expect(stdout).toBe(`support-sync 0.1.0 (${commit})\n`)
  })

  test.each([
    ['explan', ': did you mean explain?'],
    ['preflihgt', ': did you mean preflight?'],
    ['delete-everything', '"\n'],
  ])('an unknown command is an error, with the nearest command if one is near: %s', async (name, meant) => {
    const { code, stdout, stderr } = await main(name)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`USAGE: there is no command "${name}"${meant === '"\n' ? '\n' : meant}`)
  })
})

test('every command has the name that the list shows', { timeout: SLOW_MS }, async () => {
  for (const { name, load } of LISTED) expect((await load()).default.name).toBe(name)
})

describe.concurrent('shell completion', { timeout: SLOW_MS }, () => {
  test('completes commands, options, and the values of an option', async () => {
    const asked = (...words: string[]) => main('--get-yargs-completions', './support-sync', ...words)
    const [names, options, values] = await Promise.all([
      asked(''),
      asked('plan', '--'),
      asked('plan', '--only', ''),
    ])
    expect(names.stdout.trim().split('\n')).toEqual(LISTED.map(({ name }) => name))
    expect(options.stdout).toContain('--attribute\n')
    expect(values.stdout.trim().split('\n')).toEqual(['creates', 'updates', 'marks'])
  })

  test('works in a bash that has sourced the script', async () => {
    const script = `source <(${process.execPath} ${ROOT}/cli/main.ts completion bash)
      COMP_WORDS=(./support-sync expl); COMP_CWORD=1; _support-sync_yargs_completions; echo "\${COMPREPLY[@]}"`
    const { stdout, stderr } = await run('bash', ['-c', script], { cwd: dir })
    expect([stdout, stderr]).toEqual(['explain\n', ''])
  })

  test('is refused for an unknown shell', async () => {
    expect((await main('completion', 'fish')).stderr).toContain('there is no completion for the shell fish')
    expect((await main('completion', 'zsh')).stdout).toContain('#compdef support-sync')
  })
})

describe('the program at the root', { timeout: SLOW_MS }, () => {
  /** A clone with a fake npx that records its arguments. */
  async function clone(
    name: string,
    installs: string,
  ): Promise<{ root: string; start: () => Promise<Ended> }> {
    const root = join(dir, name)
    const path = join(root, 'path')
    await mkdir(path, { recursive: true })
    await mkdir(join(root, 'cli'))
    await copyFile(ENTRY, join(root, 'support-sync'))
    await writeFile(join(root, 'pnpm-lock.yaml'), '')
    await writeFile(
      join(root, 'cli', 'main.ts'),
      'console.log(JSON.stringify(process.argv.slice(2)), process.cwd())',
    )
    await writeFile(join(path, 'npx'), `#!/bin/sh\necho "$@" >>${root}/npx.log\n${installs}\n`)
    await chmod(join(path, 'npx'), 0o755)
    const env = { ...process.env, PATH: `${path}${delimiter}${process.env.PATH}` }
    return {
      root,
      start: () => run(join(root, 'support-sync'), ['explain', 'a b', '--x=*'], { cwd: dir, env }),
    }
  }

  test('installs on a fresh clone and after a change of the lock file, and prints only the command’s output', async () => {
    const install = `mkdir -p ${dir}/fresh/node_modules/.bin; ln -sf ${process.execPath} ${dir}/fresh/node_modules/.bin/node; echo noise; echo noise >&2`
    const { root, start } = await clone('fresh', install)
    const right = { code: 0, stdout: `["explain","a b","--x=*"] ${dir}\n`, stderr: '' }
    expect(await start()).toEqual(right)
    expect(await start()).toEqual(right)
    const once = `-y pnpm@12.21.0 --dir ${root} install --frozen-lockfile\n`
    expect(await readFile(join(root, 'npx.log'), 'utf8')).toBe(once)
    const later = new Date(Date.now() + 60_000)
    await utimes(join(root, 'pnpm-lock.yaml'), later, later)
    expect(await start()).toEqual(right)
    expect(await readFile(join(root, 'npx.log'), 'utf8')).toBe(once.repeat(2))
  })

  test('shows why the installation failed, and exits with 2', async () => {
    const { start } = await clone('offline', 'echo no registry; exit 1')
    const { code, stdout, stderr } = await start()
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^no registry\nINSTALL_FAILED: /)
  })

  test('works through a link and in another working directory', async () => {
    await symlink(ENTRY, join(dir, 'linked'))
    const { code, stdout, stderr } = await run(join(dir, 'linked'), ['--version'], { cwd: dir })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^support-sync 0\.1\.0 \([0-9a-f]{9}\)\n$/)
  })
})

test(
  'a reader that closes the pipe early does not change how a run ends',
  async () => {
    const command = `set -o pipefail; "$0" run-pipeline --only compare-global --run-dir "$1" 2>&1 | true; exit "\${PIPESTATUS[0]}"`
    const ended = await new Promise<number | string | undefined>(resolve =>
      execFile('bash', ['-c', command, ENTRY, join(dir, 'no-run')], error =>
        resolve(error?.code ?? undefined),
      ),
    )
    expect(ended).toBe(2)
  },
  SLOW_MS,
)
