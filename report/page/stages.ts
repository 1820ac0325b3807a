import { artifacts } from '@support-sync/shared/pipeline'
import { exitText } from '@support-sync/shared/runtime/errors'
import type { Report } from '../model/schema.ts'
import { WRITTEN } from '../model/written.ts'
import { type Html, html } from './html.ts'
import { reconciliationBlock } from './reconciliation.ts'
import { artifactCount, count, duration, stateOf } from './words.ts'

type Stage = Report['record']['stages'][number]

/** Artifacts that are only copies of the rules. They are not counted. */
const RULES_USED: readonly string[] = [artifacts.plansUsed.name, artifacts.overridesUsed.name]

/** The stages in order, with the instances side by side. */
export function stagesSection(report: Report): Html {
  const { record } = report
  return html`<section id="stages" aria-labelledby="stages-title">
<h2 id="stages-title">The stages</h2>
<ol class="stages">${record.stages.map(card)}</ol>
<details><summary>Every bin: records, requests, time</summary>${binTable(record.stages)}</details>
${reconciliationBlock(report)}
</section>`
}

function card(stage: Stage): Html {
  const { mark, text, tone } = stateOf(stage)
  const requests = sum(stage.summaries.map(({ requests }) => requests))
  const facts = [
    duration(stage.started_at, stage.ended_at),
    stage.summaries.length > 0 ? `${count(requests)} ${requests === 1 ? 'request' : 'requests'}` : '',
  ].filter(fact => fact !== '')
  return html`<li class="stage at-${stage.stage} ${tone}">
<h3>${stage.stage}</h3>
<p class="state"><span aria-hidden="true">${mark}</span> ${text}</p>
${facts.length > 0 ? html`<p class="facts">${facts.join(' · ')}</p>` : null}
<ul>${countsOf(stage).map(line => html`<li>${line}</li>`)}</ul>
</li>`
}

/** What a stage wrote to its service, or how many records its bins produced. */
function countsOf({ results, summaries }: Stage): string[] {
  if (results !== null) {
    const lines = Object.entries(WRITTEN).flatMap(([action, done]) => {
      const written = results[`${action}_written`] ?? 0
      return written > 0 ? [`${count(written)} ${done}`] : []
    })
    // Written by an interrupted run, or correct although the plan did not know it.
    const recognised = sum(Object.keys(WRITTEN).map(action => results[`${action}_recognised`] ?? 0))
    if (recognised > 0) lines.push(`${count(recognised)} recognised`)
    const failed = sum(Object.keys(WRITTEN).map(action => results[`${action}_failed`] ?? 0))
    if (failed > 0) lines.push(`${count(failed)} failed`)
    return lines.length > 0 ? lines : ['nothing to write']
  }
  return summaries.flatMap(({ records_out }) =>
    Object.entries(records_out)
      .filter(([name]) => !RULES_USED.includes(name))
      .map(artifactCount),
  )
}

function binTable(stages: readonly Stage[]): Html {
  const rows = stages.flatMap(({ stage, summaries }) =>
    summaries.map(
      ({ bin, exit_code, records_in, records_out, requests, retries, started_at, ended_at }) => html`<tr>
<th scope="row">${stage} ${bin}</th><td>${exitText(exit_code)}</td><td>${listed(records_in)}</td>
<td>${listed(records_out)}</td><td class="number">${count(requests)}</td><td class="number">${count(retries)}</td>
<td class="number">${duration(started_at, ended_at)}</td></tr>`,
    ),
  )
  return html`<div class="wide" tabindex="0" role="group" aria-label="Every bin"><table>
<thead><tr><th scope="col">bin</th><th scope="col">ended</th><th scope="col">read</th><th scope="col">wrote</th>
<th scope="col">requests</th><th scope="col">retries</th><th scope="col">time</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function listed(records: Readonly<Record<string, number>>): string {
  return Object.entries(records).map(artifactCount).join(' · ')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
