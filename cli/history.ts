import { basename, dirname } from 'node:path'
import { INSTANCES, type Instance, TRAITS } from '@support-sync/shared/domain'
import { type Run, runsBesideNewest, runsByStart } from '@support-sync/shared/runs/find'
import { badInput, type ExpectedError } from '@support-sync/shared/runtime/errors'
import { columns, shown, shownPath } from '@support-sync/shared/runtime/terminal'
import { PROGRAM, printable } from '@support-sync/shared/runtime/text'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { asJson } from './command/view.ts'
import { changesBetween, type DesiredObject, desiredIn, isNamedBy } from './history/desired.ts'

/** `history ACCOUNT`: what changed on one account, run by run. */

const command = createCommand({
  name: 'history',
  takes: 'ACCOUNT',
  purpose:
    'Shows how the decisions about one account changed: by instance, a line for each run that differs from the one before, also for runs fetched from GitLab. ACCOUNT is a salesforce_id or the full name. Uses no network.',
  options: {
    runs: {
      type: 'string',
      requiresArg: true,
      describe: 'read the runs in this directory (default: where the newest run is)',
    },
    json: { type: 'boolean', default: false, describe: 'print JSON instead' },
  },
  async run({ words, runs, json }, { width }) {
    const query = words.join(' ').trim()
    if (query === '') throw usage('history', 'name the account')
    const dirs = runs === undefined ? runsBesideNewest(RUNS) : runsByStart(runs)
    const lines = (await Promise.all(INSTANCES.map(instance => historyOf(dirs, instance, query)))).flat()
    const places = new Map(dirs.map((dir, place) => [basename(dir), place]))
    const placeOf = ({ run }: { run: string }) => places.get(run) ?? 0
    lines.sort((one, other) => placeOf(one) - placeOf(other))
    if (lines.length === 0) throw notFound(query, dirs)
    if (json) return asJson(lines)
    return columns(
      lines.map(({ run, instance, change }) => [run, TRAITS[instance].name, change]),
      { width },
    ).join('\n')
  },
})

export default command

async function historyOf(dirs: readonly string[], instance: Instance, query: string) {
  const lines: { run: string; instance: Instance; change: string }[] = []
  let last: DesiredObject | undefined
  for (const dir of dirs) {
    const run: Run = { dir, name: basename(dir) }
    const objects = await desiredIn(run, instance)
    // Skips runs without decisions.
    if (objects.size === 0) continue
    const object = last
      ? objects.get(last.salesforce_id)
      : [...objects.values()].find(one => isNamedBy(query, one))
    const change = changeText(last, object)
    if (change !== undefined) lines.push({ run: run.name, instance, change })
    last = object
  }
  return lines
}

function changeText(before: DesiredObject | undefined, after: DesiredObject | undefined): string | undefined {
  if (!before && !after) return undefined
  if (!before) return `appeared: support_level ${shown(String(after?.support_level ?? ''))}`
  if (!after) return 'disappeared'
  const changes = changesBetween(before, after)
  if (changes.length === 0) return undefined
  return changes.map(({ attribute, from, to }) => `${attribute} ${shown(from)} → ${shown(to)}`).join(', ')
}

function notFound(query: string, dirs: readonly string[]): ExpectedError {
  const count = dirs.length
  const where = dirs[0] === undefined ? '' : ` in ${shownPath(dirname(dirs[0]))}`
  return badInput('NOT_FOUND', {
    message: `there is no account ${printable(query)} in ${count} ${count === 1 ? 'run' : 'runs'}${where}`,
    next: `Use the salesforce_id or the full name: ${PROGRAM} explain also finds an account by part of its name. To search the runs of another directory, use --runs DIRECTORY.`,
  })
}

if (import.meta.main) await runMain(command.main)
