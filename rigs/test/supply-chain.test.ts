import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ resolution: z.record(z.string(), z.unknown()) })),
})
const workspaceSchema = z.object({
  allowBuilds: z.record(z.string(), z.boolean()),
  minimumReleaseAge: z.int(),
  blockExoticSubdeps: z.boolean(),
})
const versions = z.record(z.string(), z.string()).default({})
const packageSchema = z.object({ dependencies: versions, devDependencies: versions })

test('every package in the lock file comes from the registry with a checksum', () => {
  const { packages } = lockSchema.parse(parse(read('pnpm-lock.yaml')))
  expect(Object.keys(packages).length).toBeGreaterThan(100)
  for (const [name, { resolution }] of Object.entries(packages)) {
    expect({ name, resolution }).toEqual({
      name,
      resolution: { integrity: expect.stringMatching(/^sha512-/) },
    })
  }
})

test('install scripts run only for listed packages, and new versions and git dependencies are refused', () => {
  const { allowBuilds, minimumReleaseAge, blockExoticSubdeps } = workspaceSchema.parse(
    parse(read('pnpm-workspace.yaml')),
  )
  const allowed = Object.entries(allowBuilds).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []))
  expect(allowed.sort()).toEqual(['node'])
  expect(minimumReleaseAge).toBeGreaterThanOrEqual(24 * 60)
  expect(blockExoticSubdeps).toBe(true)
})

test('every dependency has one exact version', () => {
  const files = globSync('{.,shared,fixtures,report,packages/*}/package.json', { cwd: ROOT })
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) {
    const { dependencies, devDependencies } = packageSchema.parse(JSON.parse(read(file)))
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(`${name} ${version}`).toMatch(/ ((?:npm:@[\w-]+\/[\w-]+@)?\d+\.\d+\.\d+|workspace:\*)$/)
  }
})

test('CI and ./support-sync use the exact pnpm of package.json, and one image, set in one place', () => {
  const { packageManager } = z.object({ packageManager: z.string() }).parse(JSON.parse(read('package.json')))
  expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/)
  const patterns = ['.ci/*', '.devcontainer/*', '.gitlab-ci.yml', '.gitlab/*', 'packages/*/.gitlab-ci.yml']
  const files = globSync(patterns, { cwd: ROOT })
  expect(files.length).toBeGreaterThan(14)
  files.push('support-sync', 'cli/impact/link-packages.ts')
  const named = (pattern: RegExp) =>
    files.flatMap(path => (read(path).match(pattern) ?? []).map(found => `${path}: ${found}`))
  const pnpm = named(/\bpnpm@\S+/g)
  expect(pnpm.length).toBeGreaterThan(5)
  expect(pnpm.filter(found => found.split(': ')[1]?.replace(/['",}]*$/, '') !== packageManager)).toEqual([])
  expect(named(/^ *image: .*/gm)).toEqual(['.gitlab/image.yml:   image: node:24'])
  expect(named(/^FROM .*/gm)).toEqual(['.gitlab/Dockerfile: FROM node:24'])
})
