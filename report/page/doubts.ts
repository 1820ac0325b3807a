import { artifacts } from '@support-sync/shared/pipeline'
import { shown } from '@support-sync/shared/runtime/terminal'
import { arrText } from '@support-sync/shared/runtime/text'
import { reasonText, remediesOf } from '@support-sync/shared/sync/doubts'
import { nameKey } from '../model/names.ts'
import type { DoubtCard } from '../model/schema.ts'
import { foreign, type Html, html } from './html.ts'
import { type CardContext, namedItem, placeLinks, sinceText } from './known.ts'
import { count } from './words.ts'

type InDoubt = DoubtCard['accounts'][number]

/** The number of accounts shown before the fold. */
const OPEN = 5

/** The first card: the accounts in doubt, and what to do about each. */
export function doubtsCard(doubts: DoubtCard, context: CardContext): Html {
  const { accounts, arr, count: total } = doubts
  const item = (account: InDoubt) => accountItem(account, context)
  const more = total - accounts.length
  const fresh = accounts.filter(({ since }) => since === null)
  const open = fresh.slice(0, OPEN)
  const folded = accounts.filter(account => !open.includes(account))
  const known = accounts.length - fresh.length
  return html`<li class="concern warning" id="doubts">
<h3><span aria-hidden="true">!</span> ${total === 1 ? 'One account' : `${count(total)} accounts`} in doubt <span class="where">ARR ${arrText(arr)} · <code>IN_DOUBT</code></span></h3>
<p>Salesforce contradicts itself or Zendesk about these accounts. Until you resolve this, the sync takes nothing away.</p>
<ul>${open.map(item)}</ul>
${
  folded.length > 0
    ? html`<details><summary>${open.length > 0 ? 'and ' : ''}${count(total - open.length)} ${open.length > 0 ? 'more' : 'accounts'}${known === 0 ? '' : `, ${known === folded.length ? '' : `${count(known)} `}known from earlier runs`}</summary><ul>${folded.map(item)}${
        more > 0 ? html`<li>and ${count(more)} more, in ${artifacts.doubts.name}</li>` : null
      }</ul></details>`
    : null
}
${remediesByReason(accounts)}
</li>`
}

function accountItem(
  { key, name, arr, reason, instances, held, since }: InDoubt,
  { names, hasRecord }: CardContext,
): Html {
  const at = nameKey({ stage: 'processor', key })
  const named = { name, salesforce: null, ...names[at], zendesk: null }
  const context = { names: { [at]: { ...named, name: named.name ?? name } }, hasRecord }
  const about = [
    ...(arr === null ? [] : [`ARR ${arrText(arr)}`]),
    instances.join(', '),
    ...(since === null ? [] : [sinceText(since)]),
  ]
  return html`<li>${namedItem(context, 'processor', key)} <span class="where">${about.join(' · ')}</span><br>${foreign(reasonText(reason))}
${
  held.length === 0
    ? html` Nothing is held back.`
    : held.map(
        one =>
          html` Held back, ${one.instance}: ${foreign(changesText(one))}.${placeLinks({ salesforce: null, zendesk: one.zendesk })}`,
      )
}</li>`
}

function changesText({ changes }: InDoubt['held'][number]): string {
  if (changes === null) return 'the mark for deletion'
  return Object.entries(changes)
    .map(([attribute, { from, to }]) => `${attribute} ${shown(from)} → ${shown(to)}`)
    .join('; ')
}

/** What to do, once per kind of reason. */
function remediesByReason(accounts: readonly InDoubt[]): readonly Html[] {
  const byKind = new Map(accounts.map(({ reason }) => [reason.kind, reason]))
  return [...byKind.values()].map(
    reason =>
      html`<p class="next"><strong>What to do (${reason.kind.replaceAll('_', ' ')}):</strong> ${foreign(remediesOf(reason).join(' '))}</p>`,
  )
}
