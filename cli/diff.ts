import { INSTANCES, plainValue, TRAITS } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { artifactPath, findRun, type Run } from '@support-sync/shared/runs/find'
import { badInput } from '@support-sync/shared/runtime/errors'
import { columns, shown } from '@support-sync/shared/runtime/terminal'
import { listText, printable } from '@support-sync/shared/runtime/text'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { asJson } from './command/view.ts'
import { changesBetween, type DesiredObject, desiredIn } from './history/desired.ts'

/** `diff RUN RUN`: the accounts that appeared, disappeared or changed between two runs. */

const command = createCommand({
  name: 'diff',
  takes: 'RUN RUN',
  purpose:
    'Shows which accounts appeared, disappeared or changed between two runs, by instance. It compares the decisions. RUN is the name of a run under runs/, a directory, or last. Uses no network.',
  options: { json: { type: 'boolean', default: false, describe: 'print JSON instead' } },
  async run({ words, json }, { style, width }) {
    const [one, other, more] = words
    if (one === undefined || other === undefined || more !== undefined) throw usage('diff', 'name two runs')
    const before = findRun(one, RUNS)
    const after = findRun(other, RUNS)
    for (const run of [before, after]) assertDecided(run)
    const lines = (await Promise.all(INSTANCES.map(instance => differences(before, after, instance)))).flat()
    if (json) return asJson(lines)
    if (lines.length === 0)
      return `No account differs between ${printable(before.name)} and ${printable(after.name)}.`
    const rows = lines.map(({ instance, kind, salesforce_id, name, changes }) => [
      TRAITS[instance].name,
      kind,
      salesforce_id,
      style.bold(printable(name)),
      changes.map(({ attribute, from, to }) => `${attribute} ${shown(from)} → ${shown(to)}`).join(', '),
    ])
    const counts = ['appeared', 'disappeared', 'changed'].map(
      kind => `${lines.filter(line => line.kind === kind).length} ${kind}`,
    )
    const first = `${printable(before.name)} → ${printable(after.name)}: ${counts.join(', ')}`
    return [style.bold(first), ...columns(rows, { width })].join('\n')
  },
})

export default command

/** Without decisions, all accounts would seem to have disappeared. */
function assertDecided(run: Run): void {
  const all = INSTANCES.map(instance => artifacts.instances[instance].objects)
  if (all.some(objects => artifactPath(run, objects) !== undefined)) return
  throw badInput('ARTIFACT_MISSING', {
    message: `run ${printable(run.name)} has no decisions: ${listText(all.map(({ name }) => name))} are missing`,
    next: 'Name a run in which the processor succeeded.',
  })
}

async function differences(before: Run, after: Run, instance: (typeof INSTANCES)[number]) {
  const [from, to] = [await desiredIn(before, instance), await desiredIn(after, instance)]
  const ids = [...new Set([...from.keys(), ...to.keys()])]
  return ids.flatMap(salesforce_id => {
    const [old, now] = [from.get(salesforce_id), to.get(salesforce_id)]
    const changes = old && now ? changesBetween(old, now) : []
    if (old && now && changes.length === 0) return []
    const kind = !old ? 'appeared' : !now ? 'disappeared' : 'changed'
    return [{ instance, kind, salesforce_id, name: nameOf(now ?? old), changes }]
  })
}

function nameOf(object: DesiredObject | undefined): string {
  return String(plainValue(object?.name ?? null) ?? '')
}

if (import.meta.main) await runMain(command.main)
