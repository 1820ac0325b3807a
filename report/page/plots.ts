import { barX, barY, dot, plot, ruleX, ruleY, text } from '@observablehq/plot'
import { INSTANCES, type Instance } from '@support-sync/shared/domain'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { parseHTML } from 'linkedom'
import { recordsOf } from '../model/attribute-changes.ts'
import type { AttributeChanges, LevelCounts, Report } from '../model/schema.ts'
import { type Html, trusted } from './html.ts'

/** The charts. They are drawn here, so the page needs no script for them. Their colours come from the stylesheet. */

/** The width of a phone. Larger screens show several charts side by side. */
const WIDTH = 360
const AXIS_BELOW = { marginTop: 4, marginBottom: 26 }
/** The number at the end of a bar. */
const FIGURE = { x: 'count', text: 'count', textAnchor: 'start', dx: 4, className: 'figure' } as const
const { document } = parseHTML('<!doctype html><html><body></body></html>')

type Run = Report['record']['history'][number]

/** For each level, a bar for how many organizations have it, and below it one for how many should have it. */
export function levelsPlot({ levels }: LevelCounts): Html {
  const bars = levels.flatMap(({ level, before, now }) => [
    { level, when: 'before', count: before },
    { level, when: 'now', count: now },
  ])
  const ofTime = (when: string) => bars.filter(bar => bar.when === when)
  return drawn({
    height: 30 + 34 * levels.length,
    marginLeft: 112,
    marginRight: 44,
    ...AXIS_BELOW,
    x: countScale(bars.map(bar => bar.count)),
    y: { axis: null, domain: ['before', 'now'], padding: 0.12 },
    fy: { label: null, domain: levels.map(({ level }) => level), padding: 0.2, axis: 'left' },
    marks: [
      barX(ofTime('before'), { x: 'count', y: 'when', fy: 'level', className: 'before' }),
      barX(ofTime('now'), { x: 'count', y: 'when', fy: 'level', className: 'now' }),
      text(bars, { ...FIGURE, y: 'when', fy: 'level' }),
      ruleX([0]),
    ],
  })
}

/** For each attribute, how many records change it, stacked by instance. */
export function attributesPlot(attributes: readonly AttributeChanges[]): Html {
  const bars = (instance: Instance) =>
    attributes.map(row => {
      const before = INSTANCES.slice(0, INSTANCES.indexOf(instance))
      const from = before.reduce((sum, one) => sum + row[one], 0)
      return { attribute: row.attribute, from, to: from + row[instance] }
    })
  const totals = attributes.map(row => ({ attribute: row.attribute, count: recordsOf(row) }))
  return drawn({
    height: 30 + 22 * attributes.length,
    marginLeft: 172,
    marginRight: 40,
    ...AXIS_BELOW,
    x: countScale(totals.map(total => total.count)),
    y: { label: null, domain: totals.map(({ attribute }) => attribute), padding: 0.2 },
    marks: [
      ...INSTANCES.map(instance =>
        barX(bars(instance), { x1: 'from', x2: 'to', y: 'attribute', className: instance }),
      ),
      text(totals, { ...FIGURE, y: 'attribute' }),
      ruleX([0]),
    ],
  })
}

/** When each stage started and ended. */
export function timePlot(stages: readonly { stage: string; from: number; to: number }[]): Html {
  return drawn({
    height: 30 + 22 * stages.length,
    marginLeft: 112,
    marginRight: 16,
    ...AXIS_BELOW,
    x: { label: null, ticks: 4, grid: true },
    y: { label: null, domain: stages.map(({ stage }) => stage), padding: 0.25 },
    marks: [barX(stages, { x1: 'from', x2: 'to', y: 'stage', className: 'now' }), ruleX([0])],
  })
}

/** A bar per run, oldest first, and the limit as a line. */
export function runsPlot(runs: readonly Run[], value: (run: Run) => number, limit: number): Html {
  const bars = runs.map((run, place) => ({ place, value: value(run), className: classOf(run.exit_code) }))
  const peak = Math.max(...bars.map(bar => bar.value))
  const top = Math.max(peak, limit)
  const ofClass = (name: string) => bars.filter(({ className }) => className === name)
  return drawn({
    height: 190,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 16,
    marginBottom: 8,
    x: { axis: null, domain: bars.map(({ place }) => place), padding: 0.25 },
    y: { label: null, domain: [0, top * 1.08 || 1], ticks: 4, grid: true },
    marks: [
      ...['good', 'attention', 'bad'].map(name =>
        barY(ofClass(name), { x: 'place', y: 'value', className: name }),
      ),
      // A failed run differs in more than its colour.
      dot(ofClass('bad'), { x: 'place', y: 'value', symbol: 'times', r: 4, dy: -7, className: 'cross' }),
      ruleY([0]),
      ruleY([limit], { className: 'limit' }),
    ],
  })
}

/** Whether runs come so close to a limit that a chart helps. Below a distant limit the bars would be invisible. */
export function isLimitNear(peak: number, limit: number): boolean {
  return peak >= limit / 5
}

/** The severity of a run's exit code. */
export function classOf(exitCode: number): 'good' | 'attention' | 'bad' {
  if (exitCode === EXIT.done) return 'good'
  return exitCode === EXIT.someRecordsFailed ? 'attention' : 'bad'
}

/** A scale with ticks only at whole numbers. */
function countScale(counts: readonly number[]) {
  return { label: null, ticks: 4, grid: true, domain: [0, Math.max(4, ...counts)] }
}

function drawn(options: Parameters<typeof plot>[0] & object): Html {
  const svg = plot({ document, width: WIDTH, className: 'plot', ...options })
  // The page's policy would block its inline style. The stylesheet has the same rules.
  for (const style of svg.querySelectorAll('style')) style.remove()
  svg.setAttribute('aria-hidden', 'true')
  svg.removeAttribute('width')
  svg.removeAttribute('height')
  return trusted(svg.outerHTML)
}
