import { shown } from '@support-sync/shared/runtime/terminal'
import { reasonText, remediesOf } from '@support-sync/shared/sync/doubts'
import type { DoubtCard } from '../model/schema.ts'
import { foreign, type Html, html } from './html.ts'
import { count } from './words.ts'

type InDoubt = DoubtCard['accounts'][number]

/** As many as are open at first. */
const OPEN = 5

/** The first card: the accounts that nothing is taken away from, and what to do about each. */
export function doubtsCard(doubts: DoubtCard, hasRecord: (key: string) => boolean): Html {
  const { accounts, arr, count: total } = doubts
  const item = (account: InDoubt) => accountItem(account, hasRecord)
  const more = total - accounts.length
  return html`<li class="concern warning" id="doubts">
<h3><span aria-hidden="true">!</span> ${total === 1 ? 'One account' : `${count(total)} accounts`} in doubt <span class="where">ARR ${count(arr)} · <code>IN_DOUBT</code></span></h3>
<p>Salesforce contradicts itself about them, or what Zendesk holds. Until you settle it, nothing is taken away.</p>
<ul>${accounts.slice(0, OPEN).map(item)}</ul>
${
  accounts.length > OPEN
    ? html`<details><summary>and ${count(total - OPEN)} more</summary><ul>${accounts.slice(OPEN).map(item)}${
        more > 0 ? html`<li>and ${count(more)} more, in doubts.json</li>` : null
      }</ul></details>`
    : null
}
${remediesByReason(accounts)}
</li>`
}

function accountItem(
  { key, name, arr, reason, instances, held }: InDoubt,
  hasRecord: (key: string) => boolean,
): Html {
  const shownKey = hasRecord(key)
    ? html`<a href="#find=${encodeURIComponent(key.toWellFormed())}">${foreign(key)}</a>`
    : foreign(key)
  return html`<li>${shownKey}${name === null ? null : html` ${foreign(name)}`}${arr === null ? null : `, ARR ${count(arr)}`} (${instances.join(', ')}): ${foreign(reasonText(reason))}
${
  held.length === 0
    ? html` Nothing had to be held back.`
    : held.map(one => html` Held back, ${one.instance}: ${foreign(changesText(one))}.`)
}</li>`
}

function changesText({ changes }: InDoubt['held'][number]): string {
  if (changes === null) return 'the mark for deletion'
  return Object.entries(changes)
    .map(([attribute, { from, to }]) => `${attribute} ${shown(from)} → ${shown(to)}`)
    .join('; ')
}

/** What to do, once for each kind of reason. */
function remediesByReason(accounts: readonly InDoubt[]): readonly Html[] {
  const byKind = new Map(accounts.map(({ reason }) => [reason.kind, reason]))
  return [...byKind.values()].map(
    reason =>
      html`<p class="next"><strong>What to do (${reason.kind.replaceAll('_', ' ')}):</strong> ${foreign(remediesOf(reason).join(' '))}</p>`,
  )
}
