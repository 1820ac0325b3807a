import type { Index } from '../data-format.ts'
import { ACTIONS, OUTCOMES } from '../data-format.ts'

/** The search in the page's address, such as `#q=acme&stage=sync-global`. */

export const FILTERS = ['stage', 'action', 'outcome', 'attribute'] as const
export type Filter = (typeof FILTERS)[number]

/** The search text and the selected names. '' matches any. */
export type View = Readonly<Record<'q' | Filter, string>>

export const WHOLE: View = { q: '', stage: '', action: '', outcome: '', attribute: '' }

/** The address of a view, without its `#`; '' for all records. */
export function addressOf(view: View): string {
  const given = (['q', ...FILTERS] as const).filter(name => view[name] !== '')
  // Spaces are %20, because people paste these links into chats.
  return given.map(name => `${name}=${encoded(view[name])}`).join('&')
}

/** The view of an address. Undefined if it links to a section of the page or is incomplete. */
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

/** The index position of a selected name. Null matches any; -1 matches nothing, for a name that this run lacks. */
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

/** Encodes a text for an address. A lone surrogate, which an agent's text may contain, cannot be encoded. */
export function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

/** Decodes a text. The address may be incomplete. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
