import type { PlannedSync } from '../../pipeline/index.ts'
import { findStage } from '../../pipeline/index.ts'
import type { Screen } from '../../runtime/terminal/index.ts'
import { PROGRAM, printable } from '../../runtime/text/index.ts'
import { heldText, planText, type RunPlan, type RunSync } from '../../sync/plan/index.ts'
import { dataDirOf, fetchedFrom, isPipelineRun } from '../find/index.ts'

type Detail = {
  details: boolean
  limit: number | undefined
  /** The file with the plan for review. Undefined if none was written. */
  file: string | undefined
  runDir: string
}

/** The plans of a run's syncs as lines, and what to do next. */
export function runPlanText(plan: RunPlan, detail: Detail, screen: Screen): string {
  const { style } = screen
  const totals = plan.syncs.map(({ plan }) => plan?.counts ?? { create: 0, update: 0, mark: 0 })
  const sum = (key: 'create' | 'update' | 'mark') => totals.reduce((total, counts) => total + counts[key], 0)
  const without = plan.syncs.filter(({ plan }) => plan === null).length
  const written = plan.syncs.filter(({ applied }) => applied !== null).length
  const of = (count: number) => {
    if (count === plan.syncs.length) return 'all syncs have'
    return `${count} of the ${plan.syncs.length} syncs ${count === 1 ? 'has' : 'have'}`
  }
  const headline =
    without === plan.syncs.length
      ? 'no sync has a plan yet'
      : [
          `${sum('create')} to create, ${sum('update')} to update, ${sum('mark')} to mark`,
          ...(without > 0 ? [`${of(without)} no plan yet`] : []),
          ...(written > 0 ? [`${of(written)} written already`] : []),
        ].join('; ')
  return [
    `Run ${printable(plan.run)}: ${headline}`,
    ...plan.syncs.map(sync => `\n${syncText(sync, detail, screen)}`),
    '',
    ...nextLines(plan, detail).map(style.dim),
  ].join('\n')
}

function syncText(
  { stage, plan, missing, guard, held, applied }: RunSync,
  detail: Detail,
  screen: Screen,
): string {
  const { style } = screen
  if (plan === null) {
    return [style.bold(stage), style.yellow(`No plan: ${missing?.message}.`), `${missing?.next}`].join('\n')
  }
  const lines = [planText(plan, detail, screen), ...heldText(held, detail, screen)]
  if (applied) lines.push(style.yellow(`Written already, in this run: ${counted(applied)}.`))
  else if (guard) lines.push('', style.red(`A guard will stop this sync: ${guard.message}.`), guard.next)
  return lines.join('\n')
}

function counted(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`)
  return parts.join(', ') || 'there was nothing to write'
}

function nextLines({ run, syncs }: RunPlan, { file, runDir }: Detail): string[] {
  const first = syncs.find(({ applied, plan }) => applied === null && plan !== null)?.stage
  if (first === undefined)
    return [`For the next plan: ${PROGRAM} run-pipeline --dry-run, then ${PROGRAM} plan`]
  const why = `To explain a record:    ${PROGRAM} explain KEY --run ${printable(run)}`
  const origin = fetchedFrom(runDir)
  if (origin) {
    const inputs = `start_from set to ${first} and resume_run to ${origin.run_id}`
    return [why, `To apply it on GitLab:  start the task sync there with ${inputs}`]
  }
  return [
    why,
    file === undefined
      ? `To review and apply it: ${PROGRAM} plan --run ${printable(run)} --out plan.json`
      : `To apply exactly this:  ${applyCommand(first, runDir)} --plan ${file}`,
  ]
}

/**
 * The command that applies exactly the reviewed plan. run-pipeline needs a run of the whole pipeline. It would make a new
 * plan for a stage that has its own gathers, so for such a stage the command runs only the sync bin.
 */
function applyCommand(stage: PlannedSync, dir: string): string {
  const gathers = findStage(stage)?.bins.some(({ gathers }) => gathers)
  return isPipelineRun({ dir }) && !gathers
    ? `${PROGRAM} run-pipeline --only ${stage} --run-dir ${dir}`
    : `${PROGRAM} run-stage ${stage} sync --data-dir ${dataDirOf({ dir }, stage)}`
}
