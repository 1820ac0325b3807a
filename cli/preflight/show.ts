import { columns, type Screen, type Style } from '@support-sync/shared/runtime/terminal'
import { PROGRAM, printable } from '@support-sync/shared/runtime/text'
import { countStates, type Finding, STATES, type State } from './findings.ts'

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', unavailable: 'red' } as const

/** The findings for people: a paragraph per area, a line per finding, and what to do below it. */
export function showFindings(findings: readonly Finding[], { style, width }: Screen): string {
  // Over all areas, to align the columns of all paragraphs.
  const stateWidth = Math.max(...findings.map(({ state }) => state.length))
  const checkWidth = Math.max(...findings.map(({ check }) => check.length))
  const widths = { state: stateWidth, check: checkWidth }
  const areas = Map.groupBy(findings, ({ area }) => area)
  return [...areas]
    .map(([area, found]) => {
      const rows = found.flatMap(finding => rowsOf(finding, widths, style))
      return [style.bold(area), ...columns(rows, { indent: 2, width })].join('\n')
    })
    .join('\n\n')
}

function rowsOf(
  { state, check, message, next }: Finding,
  widths: { state: number; check: number },
  style: Style,
): string[][] {
  const painted = style[COLOURS[state]](state) + ' '.repeat(widths.state - state.length)
  const line = [painted, check.padEnd(widths.check), printable(message)]
  return next === null ? [line] : [line, ['', '', style.cyan(`→ ${printable(next)}`)]]
}

/** The result in one line, and what to do next. */
export function conclusion(findings: readonly Finding[], creatable: number, { style }: Screen): string {
  const counts = countStates(findings)
  const said = STATES.filter(state => counts[state] > 0).map(state =>
    style[COLOURS[state]](countText(state, counts)),
  )
  return [said.join(', '), ...nextSteps(counts, creatable).map(step => `→ ${step}`)].join('\n')
}

function countText(state: State, counts: Record<State, number>): string {
  const count = counts[state]
  return `${count} ${state === 'warning' && count > 1 ? 'warnings' : state}`
}

function nextSteps(counts: Record<State, number>, creatable: number): string[] {
  const create =
    creatable > 0 ? [`${PROGRAM} preflight --create-missing creates what is missing in Zendesk.`] : []
  if (counts.failed > 0)
    return [
      ...create,
      'Correct what failed, then run this again. Until then, a sync stops, or writes less than it should.',
    ]
  if (counts.unavailable > 0) return [...create, 'Some checks got no answer: run this again later.']
  return [`Ready. See what a run would do: ${PROGRAM} run-pipeline --dry-run`]
}
