import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { byInstanceAsync, type Day, type Doubt, type Instance } from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { type ErrorKind, EXIT, ExpectedError } from '@support-sync/shared/runtime/errors'
import { z } from 'zod'

/** How one side decides: the code of a tree, its plans.yml or another, and an override file. */
export type Decider = {
  name: string
  tree: string
  plans: string | undefined
  overrides: string
  /** ALLIANCE_ACCOUNT_ID; undefined for none. */
  alliance: string | undefined
}

/** What the processor decided. Objects are by salesforce_id. */
export type Decided = {
  objects: Readonly<Record<Instance, ReadonlyMap<string, DecidedObject>>>
  unmapped: readonly string[]
  /** The accounts in doubt. Null if that tree's processor does not list them. */
  doubts: readonly Doubt[] | null
  /** The charge names of its plans file. Null if that tree's processor does not keep them. */
  planned: readonly string[] | null
}
/** A loose schema, because the other tree may have another catalogue. */
export type DecidedObject = z.infer<typeof objectSchema>

const objectSchema = z.looseObject({ salesforce_id: z.string(), support_level: z.string().nullable() })

/**
 * Runs a tree's processor on the accounts of a data directory, in a separate directory.
 * Throws an `ExpectedError` with the processor's error.
 */
export async function decideBy(
  decider: Decider,
  { dataDir, today }: { dataDir: string; today: Day },
  workDir: string,
  signal: AbortSignal,
): Promise<Decided> {
  await mkdir(workDir, { recursive: true })
  for (const { name } of BINS.processor.processor.reads)
    await symlink(resolve(dataDir, name), join(workDir, name))
  await runProcessor(
    decider,
    ['--data-dir', workDir, '--today', today, '--overrides', decider.overrides],
    signal,
  )
  const objects = await byInstanceAsync(instance =>
    readObjects(join(workDir, artifacts.instances[instance].objects.name)),
  )
  const unmapped = await Array.fromAsync(
    readArtifact(join(workDir, artifacts.unmappedCharges.name), artifacts.unmappedCharges.schema),
  )
  return {
    objects,
    unmapped: unmapped.map(({ charge_name }) => charge_name),
    doubts: await readDoubts(join(workDir, artifacts.doubts.name)),
    planned: await readPlanned(join(workDir, artifacts.plansUsed.name)),
  }
}

async function readDoubts(path: string): Promise<Doubt[] | null> {
  return existsSync(path) ? await Array.fromAsync(readArtifact(path, artifacts.doubts.schema)) : null
}

async function readPlanned(path: string): Promise<string[] | null> {
  if (!existsSync(path)) return null
  const used = await Array.fromAsync(readArtifact(path, artifacts.plansUsed.schema))
  return used.map(({ charge_name }) => charge_name)
}

async function readObjects(path: string): Promise<ReadonlyMap<string, DecidedObject>> {
  const objects = new Map<string, DecidedObject>()
  for await (const object of readArtifact(path, objectSchema)) objects.set(object.salesforce_id, object)
  return objects
}

async function runProcessor(
  { name, tree, plans, alliance }: Decider,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const bin = join(tree, 'packages', 'processor', 'bin', 'processor.ts')
  const own = plans === undefined ? [] : ['--plans', resolve(plans)]
  // No other variables, so that the code of another commit gets no secret.
  const child = spawn(process.execPath, [bin, ...args, ...own], {
    env: { NO_COLOR: '1', ...(alliance === undefined ? {} : { ALLIANCE_ACCOUNT_ID: alliance }) },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  const [code, log] = await Promise.all([
    new Promise<number | null>((done, refused) => {
      child.once('error', refused)
      child.once('close', done)
    }),
    text(child.stderr),
  ])
  // 4: the organizations of one instance are missing. The processor has still decided all accounts.
  if (code !== EXIT.done && code !== EXIT.someRecordsFailed) throw processorFailed(name, code, log)
}

const KINDS: Readonly<Record<number, ErrorKind>> = {
  [EXIT.badInput]: 'bad-input',
  [EXIT.guard]: 'guard',
  [EXIT.upstream]: 'upstream',
}

const errorLine = z.object({ level: z.literal('error'), msg: z.string(), next: z.string() })

function processorFailed(name: string, code: number | null, log: string): Error {
  const said = log
    .split('\n')
    .filter(line => line.startsWith('{'))
    .flatMap(line => errorLine.safeParse(JSON.parse(line)).data ?? [])
    .at(-1)
  const kind = KINDS[code ?? EXIT.bug]
  if (kind === undefined || said === undefined) {
    return new Error(`The processor of ${name} ended with ${code}:\n${log.slice(-2_000)}`)
  }
  return new ExpectedError({
    kind,
    code: 'PROCESSOR_FAILED',
    message: `The processor of ${name}: ${said.msg}`,
    next: said.next,
  })
}
