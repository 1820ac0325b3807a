import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { STAGES } from '@support-sync/shared/pipeline'
import { DefinedBin } from '@support-sync/shared/runtime/bin'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

/** Each package lists its bins, and each bin starts by itself under tsx from any folder. */

const ROOT = join(import.meta.dirname, '..', '..')
const ROOT_BINS = join(ROOT, 'node_modules', '.bin')
const ROWS = STAGES.flatMap(({ bins }) => bins)
const BINS = ROWS.map(({ stage, bin }) => ({ stage, bin }))
/** Runs the file with the workspace's tsx, which uses the Node next to it and ignores the PATH. */
const SHEBANG = `#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'`
const manifestSchema = z.object({
  bin: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
})

const folder = mkdtempSync(join(tmpdir(), 'package-bins-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('every package', () => {
  test.each(STAGES)(
    '$stage lists its bins in `bin` and in `scripts`, in the order of the stage table',
    row => {
      const manifest = manifestSchema.parse(
        JSON.parse(readFileSync(inPackage(row.stage, 'package.json'), 'utf8')),
      )
      expect(Object.entries(manifest.bin)).toEqual(row.bins.map(({ bin }) => [bin, `bin/${bin}.ts`]))
      expect(Object.entries(manifest.scripts)).toEqual(row.bins.map(({ bin }) => [bin, `tsx bin/${bin}.ts`]))
      expect(readdirSync(inPackage(row.stage, 'bin')).sort()).toEqual(
        row.bins.map(({ bin }) => `${bin}.ts`).sort(),
      )
    },
  )

  test.each(BINS)('$stage/bin/$bin.ts is executable and has a shebang', ({ stage, bin }) => {
    const path = inPackage(stage, 'bin', `${bin}.ts`)
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(SHEBANG)
    expect((statSync(path).mode & 0o111).toString(8)).toBe('111')
  })
})

test.each(BINS)(
  '$stage/bin/$bin.ts exports the bin of its row, and does not run when it is imported',
  async one => {
    const { default: bin } = await import(pathToFileURL(inPackage(one.stage, 'bin', `${one.bin}.ts`)).href)
    expect(bin).toBeInstanceOf(DefinedBin)
    expect(bin.row).toBe(ROWS.find(({ stage, bin }) => stage === one.stage && bin === one.bin))
  },
)

describe.concurrent('a bin starts as the same stage', () => {
  const US_GOVERNMENT = inPackage('orgs', 'bin', 'gather_us_government.ts')

  test('from its own folder', async () => {
    const { stdout } = await run('./bin/gather_us_government.ts', ['--help'], { cwd: inPackage('orgs') })
    expect(stdout).toContain('run-stage orgs gather_us_government [options]')
  })

  test('through a link with another name, from another folder', async () => {
    const link = join(folder, 'linked')
    symlinkSync(US_GOVERNMENT, link)
    const { stdout } = await run(link, ['--help'], { cwd: folder })
    expect(stdout).toContain('run-stage orgs gather_us_government [options]')
  })

  test('from a wrapper in node_modules/.bin', async () => {
    const wrapper = join(folder, 'wrapper')
    const [, command] = /^#!\/usr\/bin\/env -S (.*)$/.exec(SHEBANG) ?? []
    writeFileSync(wrapper, `#!/bin/sh\nexec ${command} ${JSON.stringify(US_GOVERNMENT)} "$@"\n`)
    chmodSync(wrapper, 0o755)
    const { stdout } = await run(wrapper, ['--help'], { cwd: folder })
    expect(stdout).toContain('run-stage orgs gather_us_government [options]')
  })

  test('as a script of its package', async () => {
    const { scripts } = manifestSchema.parse(
      JSON.parse(readFileSync(inPackage('accounts', 'package.json'), 'utf8')),
    )
    const { stdout } = await run('sh', ['-c', `${scripts.gather} --help`], {
      cwd: inPackage('accounts'),
      env: { ...process.env, PATH: `${ROOT_BINS}${delimiter}${process.env.PATH}` },
    })
    expect(stdout).toContain('run-stage accounts gather [options]')
  })

  test('on the pinned Node, even if another one is on the PATH', async () => {
    const other = join(folder, 'node')
    writeFileSync(other, '#!/bin/sh\necho another Node >&2\nexit 99\n')
    chmodSync(other, 0o755)
    const { code, stdout, stderr } = await run(US_GOVERNMENT, ['--version'], {
      env: { ...process.env, PATH: `${folder}${delimiter}/usr/bin${delimiter}/bin` },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^0\.1\.0 \([0-9a-f]{9}\)\n$/)
  })

  test('and returns its exit code to the caller', async () => {
    const { code, stderr } = await run(US_GOVERNMENT, ['--no-such-option'], { cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toContain('such-option')
  })
})

function inPackage(stage: string, ...rest: string[]): string {
  return join(ROOT, 'packages', stage, ...rest)
}

type Ended = { code: number; stdout: string; stderr: string }

function run(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(file, args, { ...options, encoding: 'utf8' }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}
