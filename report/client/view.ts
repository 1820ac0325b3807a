import type { Index } from '../data-format.ts'
import { ACTIONS, OUTCOMES } from '../data-format.ts'

/** What is looked for, as it stands in the page's address: `#q=acme&stage=sync-global`. */

export const FILTERS = ['stage', 'action', 'outcome', 'attribute'] as const
export type Filter = (typeof FILTERS)[number]

/** The text of the search and the names that are chosen; '' is any. */
export type View = Readonly<Record<'q' | Filter, string>>

export const WHOLE: View = { q: '', stage: '', action: '', outcome: '', attribute: '' }

/** The address of a view, without its `#`; '' for all records. */
export function addressOf(view: View): string {
  const given = (['q', ...FILTERS] as const).filter(name => view[name] !== '')
  // Spaces are %20 here: people paste these into chats.
  return given.map(name => `${name}=${encoded(view[name])}`).join('&')
}

/** The view of an address; undefined where that leads to a part of the page, or somebody cut it. */
export function viewOf(hash: string): View | undefined {
  const address = hash.replace(/^#/, '')
  if (address === '') return WHOLE
  const given = new Map(
    address.split('&').map(part => {
      const [name = '', value = ''] = part.split('=', 2)
      return [name, decoded(value)]
    }),
  )
  const isView = (['q', ...FILTERS] as const).some(name => given.has(name))
  if (!isView) return undefined
  const of = (name: 'q' | Filter) => given.get(name) ?? ''
  return {
    q: of('q'),
    stage: of('stage'),
    action: of('action'),
    outcome: of('outcome'),
    attribute: of('attribute'),
  }
}

/** The place of a chosen name in the index; null is any. A name that this run does not have finds nothing: -1. */
export function placeOf({ stages, attributes }: Index, filter: Filter, name: string): number | null {
  if (name === '') return null
  const names: readonly string[] = {
    stage: stages,
    action: ACTIONS,
    outcome: OUTCOMES,
    attribute: attributes,
  }[filter]
  return names.indexOf(name)
}

/** A text in an address. A half character, which an agent's text may hold, is none that could be encoded. */
export function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

/** Somebody may have cut the address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
