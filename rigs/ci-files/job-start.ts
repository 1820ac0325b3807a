import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { STAGES } from '@support-sync/shared/pipeline'
import { durationText } from '@support-sync/shared/runtime/text'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Runner, Runners } from './runners.ts'

const run = promisify(execFile)
/** Nothing listens there: an install that needs a registry fails. */
const NO_REGISTRY = 'http://127.0.0.1:9'
const jobSchema = z.object({ '.job': z.object({ before_script: z.array(z.string()) }) })

type Instruction = { name: string; value: string }

/** What a job does before its bin: files and megabytes that it installs, and how long the install and the bin's start take. */
type Start = { stage: string; files: number; megabytes: number; installMs: number; binMs: number }

/**
 * Does what .gitlab/Dockerfile says, without Docker, and then starts each stage's job from it without a registry.
 * Returns the largest and slowest start. Throws if a command fails.
 */
export async function jobStart(runners: Runners): Promise<string> {
  return runners.use(async runner => {
    const image = join(runner.dir, '..', 'image')
    const environment = await buildImage(runner, image)
    const starts: Start[] = []
    for (const { stage, bins } of STAGES)
      starts.push(await startJob(runner, environment, stage, bins[0]?.bin ?? ''))
    await removePackages(runner.dir)
    return startText(starts)
  })
}

/** Returns the environment of a job in this image. */
async function buildImage({ dir }: Runner, image: string): Promise<NodeJS.ProcessEnv> {
  const packages = join(image, 'packages')
  await mkdir(packages, { recursive: true })
  let environment: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${join(image, 'bin')}:${process.env.PATH}`,
    npm_config_prefix: image,
  }
  for (const { name, value } of instructions(await readFile(join(dir, '.gitlab', 'Dockerfile'), 'utf8'))) {
    if (name === 'ENV') environment = { ...environment, ...variablesIn(value, image) }
    if (name === 'COPY')
      for (const file of value.split(' ').slice(0, -1)) await cp(join(dir, file), join(packages, file))
    if (name === 'RUN') await run('sh', ['-c', value], { cwd: packages, env: environment })
  }
  return { ...environment, npm_config_registry: NO_REGISTRY, pnpm_config_registry: NO_REGISTRY }
}

async function startJob(
  { dir, clean }: Runner,
  environment: NodeJS.ProcessEnv,
  stage: string,
  bin: string,
): Promise<Start> {
  await clean()
  await removePackages(dir)
  const job = jobSchema.parse(parse(await readFile(join(dir, '.gitlab', 'job.yml'), 'utf8')))['.job']
  const env = { ...environment, STAGE: stage }
  const started = performance.now()
  for (const command of job.before_script) await run('sh', ['-c', command], { cwd: dir, env })
  const installed = performance.now()
  await run(process.execPath, [join('packages', stage, 'bin', `${bin}.ts`), '--help'], { cwd: dir, env })
  const binMs = performance.now() - installed
  return { stage, ...(await sizeOf(join(dir, 'node_modules'))), installMs: installed - started, binMs }
}

function instructions(dockerfile: string): Instruction[] {
  return [...dockerfile.matchAll(/^([A-Z]+) (.+)$/gm)].map(([, name = '', value = '']) => ({ name, value }))
}

/** `A=b C=/d` with absolute paths moved into the image. */
function variablesIn(value: string, image: string): Record<string, string> {
  return Object.fromEntries(
    value.split(' ').map(pair => {
      const [name = '', text = ''] = pair.split('=')
      return [name, text.startsWith('/') ? join(image, text) : text]
    }),
  )
}

/** pnpm refuses packages that come from another store, so the next job must not find them. */
async function removePackages(dir: string): Promise<void> {
  for (const folder of await readdir(dir, { recursive: true, withFileTypes: true }))
    if (folder.name === 'node_modules')
      await rm(join(folder.parentPath, folder.name), { recursive: true, force: true })
}

async function sizeOf(folder: string): Promise<{ files: number; megabytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return { files: files.length, megabytes: sizes.reduce((sum, { size }) => sum + size, 0) / 1e6 }
}

function startText(starts: readonly Start[]): string {
  const max = (key: 'files' | 'megabytes' | 'installMs' | 'binMs') =>
    Math.max(...starts.map(start => start[key]))
  return `A job's start, from an image of .gitlab/Dockerfile and without a registry: ${starts.length} stages, at most ${max('files').toLocaleString('en')} files, ${Math.round(max('megabytes'))} MB, ${durationText(max('installMs'))} to install and ${durationText(max('binMs'))} to start a bin`
}
