import { timeText } from '@support-sync/shared/domain'
import { nameKey } from '../model/names.ts'
import type { Report } from '../model/schema.ts'
import { foreign, type Html, html } from './html.ts'

/** What a card needs to show names and links. */
export type CardContext = { names: Report['names']; hasRecord: (key: string) => boolean }

/** An account, organization or user: its name, a link to its record on the page, and links to the services. */
export function namedItem({ names, hasRecord }: CardContext, stage: string, key: string): Html {
  const { name = null, salesforce = null, zendesk = null } = names[nameKey({ stage, key })] ?? {}
  return html`${name === null ? null : html`<b>${foreign(name)}</b> `}${
    hasRecord(key)
      ? html`<a href="#q=${encodeURIComponent(key.toWellFormed())}">${foreign(key)}</a>`
      : foreign(key)
  }${placeLinks({ salesforce, zendesk })}`
}

/** Links to a record in Salesforce and Zendesk, if the run's stamps have their addresses. */
export function placeLinks({
  salesforce,
  zendesk,
}: {
  salesforce: string | null
  zendesk: string | null
}): readonly (Html | null)[] {
  return [outside(salesforce, 'Salesforce'), outside(zendesk, 'Zendesk')]
}

function outside(address: string | null, name: string): Html | null {
  return address === null ? null : html` <a class="outside" href="${address}" rel="noreferrer">${name}</a>`
}

/** Since when it is known. Empty if it is new. */
export function sinceText(since: string | null): string {
  return since === null ? '' : `known since ${timeText(since)}`
}
