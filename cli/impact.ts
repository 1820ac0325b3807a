import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readOverrides } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { readYaml } from '@support-sync/shared/runtime/artifacts'
import { CANCELLED, type ExpectedError, upstreamFailed } from '@support-sync/shared/runtime/errors'
import type { Screen } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { createCommand, runMain } from './command/command.ts'
import { prepareOut } from './command/prepare-out.ts'
import { asJson, VIEW_OPTIONS } from './command/view.ts'
import { type Decided, type Decider, decideBy } from './impact/decide.ts'
import { type Impact, impactOf } from './impact/difference.ts'
import { findCommit, withWorktree } from './impact/git.ts'
import { allianceFor, factsOf, type Inputs, inputsFrom, overridesFor } from './impact/inputs.ts'
import { impactMarkdown } from './impact/markdown.ts'
import { showImpact } from './impact/show.ts'

/** `impact`: what a change to the rules does. Decides the same accounts before and after. */

const ROOT = resolve(import.meta.dirname, '..')
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

const command = createCommand({
  name: 'impact',
  purpose:
    'Shows what a change to the rules would do: decides the same accounts before and after, and shows what differs. Before is the code of another commit; after is the working tree, or the files that you name. Writes to no service.',
  options: {
    against: {
      type: 'string',
      requiresArg: true,
      describe:
        'the commit, branch or tag to compare with (default: where the working tree left the default branch)',
    },
    plans: { type: 'string', requiresArg: true, describe: 'use this plans file instead' },
    overrides: { type: 'string', requiresArg: true, describe: 'use this override file instead' },
    ...VIEW_OPTIONS,
    run: {
      ...VIEW_OPTIONS.run,
      describe:
        'use the accounts of this run: its name under runs/, a directory, or last (default: the newest run, or else the fixtures)',
    },
    'data-dir': {
      type: 'string',
      requiresArg: true,
      describe: `a directory with ${artifacts.accounts.name} and ${artifacts.instances.global.gathered.name}, instead of a run`,
    },
    today: { type: 'string', requiresArg: true, describe: 'decide as of this UTC date (YYYY-MM-DD)' },
    out: { type: 'string', requiresArg: true, describe: 'write the full result to this file, as JSON' },
    markdown: { type: 'string', requiresArg: true, describe: 'write a short summary to this file' },
  },
  conflicts: [['run', 'data-dir']],
  epilogue:
    'With --plans or --overrides but without --against, both sides use the same code.\ndocs/impact.md has an example.',
  async run(given, screen) {
    if (given.out !== undefined) prepareOut('impact', '--out', given.out)
    if (given.markdown !== undefined) prepareOut('impact', '--markdown', given.markdown)
    const inputs = inputsFrom({ ...given, dataDir: given['data-dir'] })
    const { result, facts } = await impactOn(inputs, given)
    // The result contains customer data, unless the accounts are the fixtures'.
    if (given.out !== undefined) await writeFile(given.out, `${asJson(result)}\n`, { mode: 0o600 })
    if (given.markdown !== undefined) await writeFile(given.markdown, impactMarkdown(result), { mode: 0o600 })
    if (given.json) return asJson(result)
    const note = given.overrides === undefined ? [] : await replacesNote(inputs, given.overrides)
    return [...note, showImpact(result, facts, screen)].join('\n')
  },
})

export default command

type Given = { against?: string | undefined; plans?: string | undefined; overrides?: string | undefined }

/** The impact of replacing the overrides in use by those of a file. */
export async function impactFor(
  inputs: Inputs,
  overrides: string,
  isJson: boolean,
  screen: Screen,
): Promise<string> {
  const { result, facts } = await impactOn(inputs, { overrides })
  return isJson ? asJson(result) : showImpact({ ...result, after: 'with the entry' }, facts, screen)
}

async function impactOn(inputs: Inputs, given: Given) {
  const { facts, chargeNames } = await factsOf(inputs)
  const { before, after } = await decideTwice(inputs, given)
  const result: Impact = {
    before: before.name,
    after: after.name,
    today: inputs.today,
    accounts: facts.size,
    ...impactOf(before.decided, after.decided, facts, chargeNames),
  }
  return { result, facts }
}

/** Warns if a file lacks overrides that are in use, such as a file with only the new entry: it replaces them all. */
async function replacesNote(inputs: Inputs, file: string): Promise<string[]> {
  const used = await overridesFor(inputs, process.env, tmpdir()).catch(() => undefined)
  if (used === undefined) return []
  const [theirs, own] = [await entriesOf(used), await entriesOf(file)]
  const lacking = [...theirs.keys()].filter(key => !own.has(key)).length
  if (lacking === 0) return []
  const entries = own.size === 1 ? '1 entry' : `${own.size} entries`
  return [
    `The file replaces all overrides in use: it has ${entries}, and ${lacking} of those in use are missing.`,
    `To add one entry to those in use: ${PROGRAM} overrides try ENTRY`,
    '',
  ]
}

async function entriesOf(file: string) {
  return readOverrides(await readYaml(file, 'Check --overrides.'), file).byKey
}

type Side = { name: string; decided: Decided }

/** Decides before and after in parallel, in a temporary directory that is always removed. */
async function decideTwice(inputs: Inputs, given: Given): Promise<{ before: Side; after: Side }> {
  const directory = await mkdtemp(join(tmpdir(), 'support-sync-impact-'))
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  for (const signal of SIGNALS) process.once(signal, interrupt)
  try {
    const overrides = await overridesFor(inputs, process.env, directory)
    const alliance = await allianceFor(inputs, process.env)
    const after: Decider = {
      name: afterName(given),
      tree: ROOT,
      plans: given.plans,
      alliance,
      overrides: given.overrides === undefined ? overrides : resolve(given.overrides),
    }
    const decide = async (decider: Decider, side: string): Promise<Side> => ({
      name: decider.name,
      decided: await decideBy(decider, inputs, join(directory, side), stop.signal),
    })
    const both = async (before: Decider) => {
      const [one, other] = await settled([decide(before, 'before'), decide(after, 'after')])
      return { before: one, after: other }
    }
    const plainly = { plans: undefined, overrides, alliance }
    if (given.against === undefined && (given.plans ?? given.overrides) !== undefined) {
      return await both({ name: 'the working tree', tree: ROOT, ...plainly })
    }
    const commit = await findCommit(ROOT, given.against)
    return await withWorktree(ROOT, commit, directory, tree => both({ name: commit.name, tree, ...plainly }))
  } catch (error) {
    throw stop.signal.aborted ? interrupted() : error
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt)
    await rm(directory, { recursive: true, force: true })
  }
}

function interrupted(): ExpectedError {
  return upstreamFailed(CANCELLED, {
    message: 'interrupted before the decision was complete',
    next: 'Run it again.',
  })
}

/** Waits for both sides to end, so that no directory is removed while one of them still uses it. */
async function settled(sides: readonly [Promise<Side>, Promise<Side>]): Promise<readonly [Side, Side]> {
  await Promise.allSettled(sides)
  return Promise.all(sides)
}

function afterName({ plans, overrides }: Given): string {
  const files = [plans, overrides].filter(file => file !== undefined)
  return files.length === 0 ? 'the working tree' : `the working tree with ${files.join(' and ')}`
}

if (import.meta.main) await runMain(command.main)
