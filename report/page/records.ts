import { ACTIONS, OUTCOMES } from '../data-format.ts'
import type { Report } from '../model/schema.ts'
import type { DataBlocks } from './data-blocks.ts'
import { foreign, type Html, html } from './html.ts'
import { namedItem } from './known.ts'
import { count } from './words.ts'

const ACTION_NAMES = { create: 'create', update: 'update', mark: 'mark for deletion' } as const

/** The search over the changed records. The page's script fills it. */
export function recordsSection(blocks: DataBlocks, { record, withoutPlan }: Report): Html {
  const { stages, attributes } = blocks.names()
  const planned = record.dry_run ? 'planned (a dry run)' : 'planned, no result'
  return html`<section id="records" aria-labelledby="records-title">
<h2 id="records-title">Changed accounts</h2>
${
  withoutPlan.length === 0
    ? null
    : html`<p>The run has no complete plan of ${withoutPlan.join(', ')}, so its records are missing here.</p>`
}
<noscript><p>The search needs JavaScript. The page contains its own script.</p></noscript>
<div role="search" class="search">
<p class="query"><label for="query">Name, salesforce_id or Zendesk id</label>
<input id="query" type="search" autocomplete="off" spellcheck="false" dir="auto" maxlength="400"></p>
<div class="filters">
${filter('stage', 'Stage', stages.map(plain))}
${filter(
  'action',
  'Action',
  ACTIONS.map(action => ({ value: action, name: ACTION_NAMES[action] })),
)}
${filter(
  'outcome',
  'Outcome',
  OUTCOMES.map(outcome => ({ value: outcome, name: outcome === 'planned' ? planned : outcome })),
)}
${filter(
  'attribute',
  'Attribute',
  attributes.toSorted((one, other) => one.localeCompare(other, 'en')).map(plain),
)}
</div></div>
<p id="found" role="status">${count(blocks.count())} records</p>
<ul id="results" class="results"></ul>
<p><button type="button" id="more" hidden>Show more</button></p>
</section>`
}

/** The unmapped charges with their ARR, or a note that the run did not check. */
export function unmappedSection({ unmapped, names }: Report, hasRecord: (key: string) => boolean): Html {
  if (unmapped === null) return unmappedOf(html`<p>Unknown: the processor did not get this far.</p>`)
  const rows = unmapped.map(
    ({ charge_name, accounts, arr, salesforce_ids }) => html`<tr><th scope="row">${foreign(charge_name)}</th>
<td class="number">${count(arr)}</td><td class="number">${count(accounts)}</td><td><ul class="keys">${salesforce_ids.map(key => html`<li>${namedItem({ names, hasRecord }, 'processor', key)}</li>`)}</ul></td></tr>`,
  )
  const atStake = unmapped.reduce((total, { arr }) => total + arr, 0)
  return unmappedOf(
    rows.length === 0
      ? html`<p>None: plans.yml lists every active charge.</p>`
      : html`<p>plans.yml does not list ${rows.length === 1 ? 'one active charge name' : `${count(rows.length)} active charge names`}. The accounts (ARR
${count(atStake)} in all) may not get the support that they pay for. Add each name to its section.</p>
<div class="wide" tabindex="0" role="group" aria-label="Unmapped charges"><table>
<thead><tr><th scope="col">charge name</th><th scope="col">ARR at stake</th><th scope="col">accounts</th><th scope="col">the first ten</th></tr></thead>
<tbody>${rows}</tbody></table></div>`,
  )
}

function unmappedOf(content: Html): Html {
  return html`<section id="unmapped" aria-labelledby="unmapped-title">
<h2 id="unmapped-title">Unmapped charges</h2>
${content}
</section>`
}

function filter(id: string, label: string, options: readonly { value: string; name: string }[]): Html {
  return html`<p><label for="${id}">${label}</label>
<select id="${id}"><option value="">any</option>${options.map(({ value, name }) => html`<option value="${value}">${name}</option>`)}</select></p>`
}

function plain(name: string) {
  return { value: name, name }
}
