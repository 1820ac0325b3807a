import type { Concern, Report } from '../model/schema.ts'
import { foreign, type Html, html } from './html.ts'
import { count } from './words.ts'

const KINDS = {
  stopped: { title: 'Stopped', mark: '✕', tone: 'bad' },
  failed: { title: 'Failed records', mark: '!', tone: 'attention' },
  warning: { title: 'Warning', mark: '!', tone: 'warning' },
} as const

/** As many as one looks through. */
const KEYS_OPEN = 5

/** What asks for a person, and what he is to do. */
export function concernsSection({ concerns, unread }: Report): Html {
  return html`<section id="attention" aria-labelledby="attention-title">
<h2 id="attention-title">What needs a person</h2>
${concerns.length === 0 ? html`<p>Nothing.</p>` : html`<ul class="concerns">${concerns.map(item)}</ul>`}
${
  unread.length === 0
    ? null
    : html`<p>What these hold is not in this report:</p><ul>${unread.map(line => html`<li>${foreign(line)}</li>`)}</ul>`
}
</section>`
}

function item({ kind, stage, code, message, next, keys, count: total }: Concern): Html {
  const { title, mark, tone } = KINDS[kind]
  const more = total - keys.length
  return html`<li class="concern ${tone}">
<h3><span aria-hidden="true">${mark}</span> ${title} <span class="where">${stage} · <code>${code}</code></span></h3>
<p>${foreign(message)}</p>
<p class="next"><strong>What to do:</strong> ${foreign(next)}</p>
${keys.length === 0 ? null : html`<p class="keys">${keyLinks(keys.slice(0, KEYS_OPEN))}</p>`}
${
  keys.length > KEYS_OPEN
    ? html`<details><summary>All ${count(total)}</summary>
<p class="keys">${keyLinks(keys)}${more > 0 ? html` and ${count(more)} more, in the stage’s summary or results` : null}</p></details>`
    : null
}
</li>`
}

/** Each key leads to the search. */
export function keyLinks(keys: readonly string[]): readonly Html[] {
  return keys.map(key => html`<a href="#find=${encodeURIComponent(key.toWellFormed())}">${foreign(key)}</a> `)
}
