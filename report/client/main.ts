import { detailReader, readIndex } from './blocks.ts'
import { byId } from './elements.ts'
import { resultItem } from './result.ts'
import { type Query, searcher } from './search.ts'

/** The report's script: the search over the changed records. All else on the page stands without it. */

/** A list of 100,000 would take the browser seconds; nobody reads so far. */
const SHOWN_AT_ONCE = 50
const FILTERS = ['stage', 'action', 'outcome', 'attribute'] as const

start()

function start(): void {
  const index = readIndex()
  const readDetail = detailReader()
  const search = searcher(index.rows)
  const query = byId('query', HTMLInputElement)
  const results = byId('results', HTMLUListElement)
  const more = byId('more', HTMLButtonElement)
  const found = byId('found', HTMLParagraphElement)
  const selects = new Map(FILTERS.map(name => [name, byId(name, HTMLSelectElement)]))
  let places: readonly number[] = []

  function show(from: number): void {
    const items = places.slice(from, from + SHOWN_AT_ONCE).flatMap(place => {
      const row = index.rows[place]
      return row ? [resultItem(index, row, () => readDetail(place))] : []
    })
    results.append(...items)
    const shown = results.childElementCount
    more.hidden = shown >= places.length
    found.textContent = `${places.length.toLocaleString('en')} of ${index.rows.length.toLocaleString('en')} records${
      shown < places.length ? `, the first ${shown} shown` : ''
    }`
    // The keyboard stays where the new records begin.
    if (from > 0) results.children[from]?.querySelector('summary')?.focus()
  }

  function update(): void {
    places = search(asked())
    results.replaceChildren()
    show(0)
    if (places.length === 1) for (const only of results.querySelectorAll('details')) only.open = true
  }

  function asked(): Query {
    const of = (name: (typeof FILTERS)[number]) => {
      const value = selects.get(name)?.value ?? ''
      return value === '' ? null : Number(value)
    }
    return {
      text: query.value,
      stage: of('stage'),
      action: of('action'),
      outcome: of('outcome'),
      attribute: of('attribute'),
    }
  }

  /** A link of the page to a record: `#find=KEY`. */
  function followHash(): void {
    const key = /^#find=(.*)$/.exec(location.hash)?.[1]
    if (key === undefined) return
    query.value = decoded(key)
    for (const select of selects.values()) select.value = ''
    update()
    query.focus()
    query.scrollIntoView({ block: 'start' })
  }

  query.addEventListener('input', update)
  for (const select of selects.values()) select.addEventListener('change', update)
  more.addEventListener('click', () => show(results.childElementCount))
  window.addEventListener('hashchange', followHash)
  update()
  followHash()
}

/** Somebody may have cut the address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
