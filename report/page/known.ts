import { nameKey } from '../model/names.ts'
import type { Report } from '../model/schema.ts'
import { time } from '../model/time.ts'
import { foreign, type Html, html } from './html.ts'

/** What a card needs to name what it is about. */
export type CardContext = { names: Report['names']; hasRecord: (key: string) => boolean }

/** An account, organization or user: its name, its key that leads to its record, and where to see it. */
export function namedItem({ names, hasRecord }: CardContext, stage: string, key: string): Html {
  const { name = null, salesforce = null, zendesk = null } = names[nameKey({ stage, key })] ?? {}
  return html`${name === null ? null : html`<b>${foreign(name)}</b> `}${
    hasRecord(key)
      ? html`<a href="#q=${encodeURIComponent(key.toWellFormed())}">${foreign(key)}</a>`
      : foreign(key)
  }${placeLinks({ salesforce, zendesk })}`
}

/** Links to a record in Salesforce and in Zendesk, where the run's stamps say where these are. */
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

/** Since when it is known; nothing where it is new, or nobody knows. */
export function sinceText(since: string | null): string {
  return since === null ? '' : `known since ${time(since)}`
}
