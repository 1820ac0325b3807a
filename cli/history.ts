import { basename } from 'node:path'
import { INSTANCES, type Instance, TRAITS } from '@support-sync/shared/domain'
import { type Run, runsByStart } from '@support-sync/shared/runs/find'
import { ExpectedError } from '@support-sync/shared/runtime/errors'
import { columns, shown } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { asJson } from './command/view.ts'
import { changesBetween, type DesiredObject, desiredIn, isMeant } from './history/desired.ts'

/** `history WHOM`: what changed on one account over the runs at hand. */

const command = createCommand({
  name: 'history',
  takes: 'WHOM',
  purpose:
    'What changed on one account over the runs under runs/, those fetched from GitLab too, a line for each run in which something changed: what the rules made of it, by instance. WHOM is a salesforce_id or the whole name. No network.',
  options: {
    runs: { type: 'string', requiresArg: true, describe: 'another directory of runs (default: runs/)' },
    json: { type: 'boolean', default: false, describe: 'print the model as JSON instead' },
  },
  async run({ words, runs, json }, { width }) {
    const whom = words.join(' ').trim()
    if (whom === '') throw usage('history', 'say whose history')
    const dirs = runsByStart(runs ?? RUNS)
    const lines = (await Promise.all(INSTANCES.map(instance => historyOf(dirs, instance, whom)))).flat()
    const places = new Map(dirs.map((dir, place) => [basename(dir), place]))
    const placeOf = ({ run }: { run: string }) => places.get(run) ?? 0
    lines.sort((one, other) => placeOf(one) - placeOf(other))
    if (lines.length === 0) throw notFound(whom, dirs.length)
    if (json) return asJson(lines)
    return columns(
      lines.map(({ run, instance, change }) => [run, TRAITS[instance].name, change]),
      { width },
    ).join('\n')
  },
})

export default command

async function historyOf(dirs: readonly string[], instance: Instance, whom: string) {
  const lines: { run: string; instance: Instance; change: string }[] = []
  let last: DesiredObject | undefined
  for (const dir of dirs) {
    const run: Run = { dir, name: basename(dir) }
    const objects = await desiredIn(run, instance)
    // A run that decided nothing says nothing of anybody.
    if (objects.size === 0) continue
    const object = last
      ? objects.get(last.salesforce_id)
      : [...objects.values()].find(one => isMeant(one, whom))
    const change = changeText(last, object)
    if (change !== undefined) lines.push({ run: run.name, instance, change })
    last = object
  }
  return lines
}

function changeText(before: DesiredObject | undefined, after: DesiredObject | undefined): string | undefined {
  if (!before && !after) return undefined
  if (!before) return `came: support_level ${shown(String(after?.support_level ?? ''))}`
  if (!after) return 'went'
  const changes = changesBetween(before, after)
  if (changes.length === 0) return undefined
  return changes.map(({ attribute, from, to }) => `${attribute} ${shown(from)} → ${shown(to)}`).join(', ')
}

function notFound(whom: string, count: number): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'NOT_FOUND',
    message: `none of ${count} runs has an account ${whom}`,
    next: `Ask by salesforce_id or by the whole name: ${PROGRAM} explain finds it by a part of the name.`,
  })
}

if (import.meta.main) await runMain(command.main)
