import type { Concern, Report } from '../model/schema.ts'
import { doubtsCard } from './doubts.ts'
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
export function concernsSection(
  { concerns, doubts, unread }: Report,
  hasRecord: (key: string) => boolean,
): Html {
  const hasDoubts = doubts !== null && doubts.count > 0
  return html`<section id="attention" aria-labelledby="attention-title">
<h2 id="attention-title">What needs a person</h2>
${
  concerns.length === 0 && !hasDoubts
    ? html`<p>Nothing.</p>`
    : html`<ul class="concerns">${doubts && hasDoubts ? doubtsCard(doubts, hasRecord) : null}${concerns.map(concern => item(concern, hasRecord))}</ul>`
}
${
  unread.length === 0
    ? null
    : html`<p>What these hold is not in this report:</p><ul>${unread.map(line => html`<li>${foreign(line)}</li>`)}</ul>`
}
</section>`
}

function item(
  { kind, stage, code, message, next, keys, count: total }: Concern,
  hasRecord: (key: string) => boolean,
): Html {
  const { title, mark, tone } = KINDS[kind]
  const more = total - keys.length
  return html`<li class="concern ${tone}">
<h3><span aria-hidden="true">${mark}</span> ${title} <span class="where">${stage} · <code>${code}</code></span></h3>
<p>${foreign(message)}</p>
<p class="next"><strong>What to do:</strong> ${foreign(next)}</p>
${keys.length === 0 ? null : html`<ul class="keys">${keyList(keys.slice(0, KEYS_OPEN), hasRecord)}</ul>`}
${
  keys.length > KEYS_OPEN
    ? html`<details><summary>and ${count(total - KEYS_OPEN)} more</summary><ul class="keys">${keyList(keys.slice(KEYS_OPEN), hasRecord)}${
        more > 0 ? html`<li>and ${count(more)} more, in the stage’s summary or results</li>` : null
      }</ul></details>`
    : null
}
</li>`
}

/** A key of a changed record leads to it. */
function keyList(keys: readonly string[], hasRecord: (key: string) => boolean): readonly Html[] {
  return keys.map(key =>
    hasRecord(key)
      ? html`<li><a href="#find=${encodeURIComponent(key.toWellFormed())}">${foreign(key)}</a></li>`
      : html`<li>${foreign(key)}</li>`,
  )
}
