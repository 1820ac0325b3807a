import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
/** Node's compile cache, which halves a bin's start time. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'node-compile')

/** The fixtures' plans and protected ids, so that an edit of production's files breaks no test. */
const RULES = {
  PLANS_FILE: join(ROOT, 'fixtures', 'rules', 'plans.yml'),
  PROTECTED_IDS_DIR: join(ROOT, 'fixtures', 'rules', 'protected_ids'),
}

const lineSchema = z.looseObject({
  level: z.string(),
  msg: z.string(),
  code: z.string().optional(),
  next: z.string().optional(),
})
export type LogLine = z.infer<typeof lineSchema>

export type BinRun = {
  exitCode: number | null
  stdout: string
  stderr: string
  log: LogLine[]
  /** The line that says why the run failed. Empty if it did not. */
  failure: { code: string; message: string; next: string }
}

/** Runs a real bin as a child process with only the given environment. */
export async function spawnBin(
  stage: string,
  bin: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<BinRun> {
  return runProgram(join('packages', stage, 'bin', `${bin}.ts`), args, environment)
}

/** Runs a program of this repository by its path from the root. */
export async function runProgram(
  path: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<BinRun> {
  return startProgram(path, args, environment).ended
}

/** The same, for a test that stops it midway. */
export function startProgram(
  path: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): { kill: (signal: NodeJS.Signals) => void; ended: Promise<BinRun> } {
  const child = spawn(process.execPath, [join(ROOT, path), ...args], {
    env: { NODE_COMPILE_CACHE: COMPILED, ...RULES, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return {
    kill: signal => child.kill(signal),
    ended: Promise.all([exit, text(child.stdout), text(child.stderr)]).then(outcome => runOf(...outcome)),
  }
}

function runOf(exitCode: number | null, stdout: string, stderr: string): BinRun {
  const log = stderr.split('\n').flatMap(readLine)
  const error = log.find(({ level, next }) => level === 'error' && next !== undefined)
  const failure = { code: error?.code ?? '', message: error?.msg ?? '', next: error?.next ?? '' }
  return { exitCode, stdout, stderr, log, failure }
}

function readLine(line: string): LogLine[] {
  return line.startsWith('{') ? [lineSchema.parse(JSON.parse(line))] : []
}
