import type { Concern, Report } from '../model/schema.ts'
import { doubtsCard } from './doubts.ts'
import { foreign, type Html, html } from './html.ts'
import { type CardContext, namedItem, sinceText } from './known.ts'
import { count } from './words.ts'

const KINDS = {
  stopped: { title: 'Stopped', mark: '✕', tone: 'bad' },
  failed: { title: 'Failed records', mark: '!', tone: 'attention' },
  warning: { title: 'Warning', mark: '!', tone: 'warning' },
} as const

/** The number of keys shown before the fold. */
const KEYS_OPEN = 5

/** What needs attention, and what to do. Known concerns are folded. */
export function concernsSection(
  { concerns, doubts, unread, names }: Report,
  hasRecord: (key: string) => boolean,
): Html {
  const context = { names, hasRecord }
  const [known, fresh] = [true, false].map(isKnown =>
    concerns.filter(({ since }) => (since !== null) === isKnown).map(concern => item(concern, context)),
  )
  const hasDoubts = doubts !== null && doubts.count > 0
  return html`<section id="attention" aria-labelledby="attention-title">
<h2 id="attention-title">Needs attention</h2>
${
  concerns.length === 0 && !hasDoubts
    ? html`<p>Nothing.</p>`
    : html`<ul class="concerns">${doubts && hasDoubts ? doubtsCard(doubts, context) : null}${fresh ?? []}</ul>
${fresh?.length === 0 && !hasDoubts ? html`<p>Nothing new.</p>` : null}`
}
${
  known === undefined || known.length === 0
    ? null
    : html`<details class="known"><summary>${known.length === 1 ? 'One is' : `${count(known.length)} are`} known from earlier runs</summary><ul class="concerns">${known}</ul></details>`
}
${
  unread.length === 0
    ? null
    : html`<p>This report lacks the records of these files:</p><ul>${unread.map(line => html`<li>${foreign(line)}</li>`)}</ul>`
}
</section>`
}

function item(
  { kind, stage, code, message, next, keys, count: total, fresh, since }: Concern,
  context: CardContext,
): Html {
  const list = (some: readonly string[]) => some.map(key => html`<li>${namedItem(context, stage, key)}</li>`)
  const isPartlyNew = since === null && fresh > 0 && fresh < total
  const { title, mark, tone } = KINDS[kind]
  const more = total - keys.length
  return html`<li class="concern ${tone}">
<h3><span aria-hidden="true">${mark}</span> ${title} <span class="where">${stage} · <code>${code}</code>${since === null ? null : ` · ${sinceText(since)}`}</span></h3>
<p>${foreign(message)}${isPartlyNew ? ` New in this run: ${count(fresh)} of ${count(total)}, the first below.` : null}</p>
<p class="next"><strong>What to do:</strong> ${foreign(next)}</p>
${keys.length === 0 ? null : html`<ul class="keys">${list(keys.slice(0, KEYS_OPEN))}</ul>`}
${
  keys.length > KEYS_OPEN
    ? html`<details><summary>and ${count(total - KEYS_OPEN)} more</summary><ul class="keys">${list(keys.slice(KEYS_OPEN))}${
        more > 0 ? html`<li>and ${count(more)} more, in the stage’s summary or results</li>` : null
      }</ul></details>`
    : null
}
</li>`
}
