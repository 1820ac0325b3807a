import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayOf } from '@support-sync/shared/domain'
import { parseYaml } from '@support-sync/shared/runtime/artifacts'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { PROGRAM, printableJson } from '@support-sync/shared/runtime/text'
import { createCommand, runMain, usage } from './command/command.ts'
import { asJson, VIEW_OPTIONS } from './command/view.ts'
import { type Inputs, inputsFrom, overridesFor } from './impact/inputs.ts'
import { impactFor } from './impact.ts'
import { checkEntries, checkFile, findingLines } from './overrides/check-entries.ts'
import { entryIn, refuseProblems, withEntry } from './overrides/with-entry.ts'

/** `overrides check FILE` and `overrides try ENTRY`: check an override file or one entry before you use it. */

const command = createCommand({
  name: 'overrides',
  takes: 'check FILE | try ENTRY',
  purpose: `check FILE lists the entries that the processor would refuse, that match no account of the run, or that end within 14 days. Uses no network.
try ENTRY shows what would change if this entry were added to the overrides of the run, in place of the account's current entry. It changes no file. ENTRY is YAML, or a file that contains it. Writes to no service.

${PROGRAM} overrides try '{ salesforce_id: 001XXXXXXXXXXXX, expiration_date: 2027-01-31 }'`,
  options: VIEW_OPTIONS,
  epilogue: 'docs/entitlements.md lists the keys of an entry.',
  async run({ words: [action, ...rest], run, json }, screen) {
    const given = rest.join(' ').trim()
    if (given === '' || (action !== 'check' && action !== 'try')) {
      throw usage('overrides', 'use check FILE or try ENTRY')
    }
    const inputs = inputsFrom({ run })
    if (action === 'try') {
      const entry = await entryIn(existsSync(given) ? await readFile(given, 'utf8') : given)
      const findings = await checkEntries([entry], inputs, inputs.today)
      refuseProblems(findings)
      // Shows warnings too: with a mistyped id, the impact alone would only show that nothing changes.
      for (const line of findingLines(findings, screen)) process.stderr.write(`${line}\n`)
      return await tryEntry(inputs, entry, path => impactFor(inputs, path, json, screen))
    }
    const findings = await checkFile(given, inputs, dayOf(new Date()))
    process.stdout.write(`${json ? asJson(findings) : findingLines(findings, screen).join('\n')}\n`)
    return findings.some(({ state }) => state === 'problem') ? EXIT.badInput : EXIT.done
  },
})

export default command

/** Writes a run's overrides plus the entry to a temporary directory, and shows the impact. */
async function tryEntry(
  inputs: Inputs,
  entry: unknown,
  show: (path: string) => Promise<string>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'support-sync-overrides-'))
  try {
    const used = await overridesFor(inputs, process.env, directory)
    const path = join(directory, 'with-entry.yml')
    const entries = withEntry(await parseYaml(await readFile(used, 'utf8'), used), used, entry)
    await writeFile(path, printableJson(entries), { mode: 0o600 })
    return await show(path)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

if (import.meta.main) await runMain(command.main)
