import { INSTANCES, TRAITS, timeText } from '@support-sync/shared/domain'
import { exitText } from '@support-sync/shared/runtime/errors'
import type { Report } from '../model/schema.ts'
import { type Html, html } from './html.ts'
import { attributesPlot, classOf, isLimitNear, levelsPlot, runsPlot, timePlot } from './plots.ts'
import { count } from './words.ts'

type Run = Report['record']['history'][number]

/** How many attributes the chart shows. The table has all of them. */
const ATTRIBUTES_DRAWN = 14

/** The charts, each with its figures as a table for people who cannot see it. */
export function figuresSection(report: Report): Html {
  const { history } = report.record
  const budgets: Budget[] = [
    {
      title: 'Minutes per run',
      value: ({ minutes }) => minutes,
      limit: report.limits.minutes,
      unit: 'minutes',
    },
    {
      title: 'API requests per run',
      value: ({ requests }) => requests,
      limit: report.limits.requests,
      unit: 'requests',
    },
  ]
  const isPressing = ({ value, limit }: Budget) => isLimitNear(peakOf(history, value), limit)
  return html`<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">Figures</h2>
<div class="figures">
${report.levels.map(levelsFigure)}
${attributesFigure(report)}
${timeFigure(report)}
${budgets.filter(isPressing).map(budget => runsFigure(history, budget))}
</div>
${budgets.filter(budget => !isPressing(budget)).map(budget => budgetLine(history, budget))}
</section>`
}

function levelsFigure(counts: Report['levels'][number]): Html {
  const changed = counts.levels.filter(({ before, now }) => before !== now).length
  const sum = (of: 'before' | 'now') => count(counts.levels.reduce((total, level) => total + level[of], 0))
  return figure(
    `Support levels, ${TRAITS[counts.instance].name}`,
    html`Organizations by level: <span class="key before">as gathered, ${sum('before')}</span> and
<span class="key now">as they should be, ${sum('now')}</span>. ${changed === 0 ? 'No count differs.' : null}
The gathered organizations include partners’, protected, marked and unmatched ones. The sync creates no organization for an expired account.`,
    levelsPlot(counts),
    table(
      ['level', 'as gathered', 'as they should be'],
      counts.levels.map(({ level, before, now }) => [level, count(before), count(now)]),
    ),
  )
}

function attributesFigure({ attributes, withoutPlan }: Report): Html {
  const title = 'Changes by attribute'
  const nothing =
    withoutPlan.length === 0 ? 'No attribute of any record changes.' : 'The run has no complete plan.'
  if (attributes.length === 0) return figure(title, html`${nothing}`, null, null)
  const left = attributes.length - ATTRIBUTES_DRAWN
  return figure(
    title,
    html`Records that the plan updates, on ${instanceKeys()}. A record may change several attributes.
${left > 0 ? `${left} more attributes are in the table.` : null}`,
    attributesPlot(attributes.slice(0, ATTRIBUTES_DRAWN)),
    table(
      ['attribute', ...INSTANCES.map(instance => TRAITS[instance].name)],
      attributes.map(row => [row.attribute, ...INSTANCES.map(instance => count(row[instance]))]),
    ),
  )
}

/** The instances, each with its colour: `Global and US Government`. */
function instanceKeys(): readonly Html[] {
  return INSTANCES.map((instance, place) => {
    const between = place === 0 ? '' : place === INSTANCES.length - 1 ? ' and ' : ', '
    return html`${between}<span class="key ${instance}">${TRAITS[instance].name}</span>`
  })
}

function timeFigure({ record }: Report): Html | null {
  const ran = record.stages.flatMap(({ stage, started_at, ended_at }) =>
    started_at === null || ended_at === null
      ? []
      : [{ stage, from: Date.parse(started_at), to: Date.parse(ended_at) }],
  )
  if (ran.length === 0) return null
  // A resumed run started with its first stage.
  const began = Math.min(Date.parse(record.started_at), ...ran.map(({ from }) => from))
  // Seconds below two minutes and minutes above, as everywhere in the report.
  const isShort = Math.max(...ran.map(({ to }) => to)) - began < 120_000
  const unit = isShort ? 1000 : 60_000
  const timed = ran.map(({ stage, from, to }) => ({
    stage,
    from: (from - began) / unit,
    to: (to - began) / unit,
  }))
  return figure(
    'Time by stage',
    html`From the run’s start, in ${isShort ? 'seconds' : 'minutes'}.`,
    timePlot(timed),
    table(
      ['stage', 'from', 'to'],
      timed.map(({ stage, from, to }) => [stage, from.toFixed(1), to.toFixed(1)]),
    ),
  )
}

/** What each run uses, and its limit. */
type Budget = { title: string; value: (run: Run) => number; limit: number; unit: string }

/** A budget that some run comes close to: a bar per run, and the limit. */
function runsFigure(history: readonly Run[], budget: Budget): Html {
  const { title, value, limit } = budget
  const runs =
    history.length === 1 ? 'Only this run' : `The last ${history.length} runs, this one on the right`
  return figure(
    title,
    html`${runs}. ${peakText(history, budget)} (the dashed line).
${endingsOf(history)}`,
    runsPlot(history, value, limit),
    runsTable(history, budget),
  )
}

/** A budget that no run comes close to: one line. */
function budgetLine(history: readonly Run[], budget: Budget): Html {
  const runs = history.length === 1 ? 'this run' : `the last ${history.length} runs`
  return html`<details class="budget"><summary>${budget.title}: ${peakText(history, budget)}, in ${runs}.</summary>${runsTable(history, budget)}</details>`
}

function peakText(history: readonly Run[], { value, limit, unit }: Budget): string {
  const peak = peakOf(history, value)
  const share = (100 * peak) / limit
  return `at most ${count(peak)} ${unit}, ${share < 1 ? share.toFixed(1) : Math.round(share)} % of the limit of ${count(limit)}`
}

function peakOf(history: readonly Run[], value: Budget['value']): number {
  return Math.max(0, ...history.map(value))
}

function runsTable(history: readonly Run[], { value, unit }: Budget): Html {
  return table(
    ['run', 'ended at', unit, 'ended'],
    history.map(run => [run.run_id, timeText(run.ended_at), count(value(run)), exitText(run.exit_code)]),
  )
}

const ENDINGS = {
  good: 'done',
  attention: 'some records failed',
  bad: 'did not work (with a cross)',
} as const

/** The colours of the runs, and their meaning. */
function endingsOf(history: readonly Run[]): readonly Html[] {
  const endings = new Set(history.map(({ exit_code }) => classOf(exit_code)))
  return (['good', 'attention', 'bad'] as const)
    .filter(ending => endings.has(ending))
    .map(ending => html`<span class="key ${ending}">${ENDINGS[ending]}</span> `)
}

function figure(title: string, caption: Html, picture: Html | null, figures: Html | null): Html {
  return html`<figure><figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
${picture}
${figures === null ? null : html`<details><summary>As a table</summary>${figures}</details>`}
</figure>`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="wide" tabindex="0" role="group" aria-label="${head.join(', ')}"><table>
<thead><tr>${head.map(name => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first = '', ...others]) =>
      html`<tr><th scope="row">${first}</th>${others.map(cell => html`<td class="number">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
}
