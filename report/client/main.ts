import { detailReader, readIndex } from './blocks.ts'
import { byId } from './elements.ts'
import { resultItem } from './result.ts'
import { searcher } from './search.ts'
import { addressOf, FILTERS, type Filter, placeOf, type View, viewOf } from './view.ts'

/** The report's script: the search over the changed records. The rest of the page works without it. */

/** A browser needs seconds for a list of 100,000 records, and nobody reads that far. */
const SHOWN_AT_ONCE = 50

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
  let isTyping = false

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
    // Keyboard focus moves to the first new record.
    if (from > 0) results.children[from]?.querySelector('summary')?.focus()
  }

  function update(view: View): void {
    const of = (name: Filter) => placeOf(index, name, view[name])
    places = search({
      text: view.q,
      stage: of('stage'),
      action: of('action'),
      outcome: of('outcome'),
      attribute: of('attribute'),
    })
    results.replaceChildren()
    show(0)
    if (places.length === 1) for (const only of results.querySelectorAll('details')) only.open = true
  }

  function chosen(): View {
    const of = (name: Filter) => selects.get(name)?.value ?? ''
    return {
      q: query.value,
      stage: of('stage'),
      action: of('action'),
      outcome: of('outcome'),
      attribute: of('attribute'),
    }
  }

  /** Updates the address. "Back" undoes one choice, or all text typed in a row. */
  function choose(typed: boolean): void {
    const view = chosen()
    const address = `#${addressOf(view)}`
    if (typed && isTyping) history.replaceState(null, '', address)
    else history.pushState(null, '', address)
    isTyping = typed
    update(view)
  }

  /** Updates the view from the address: a link on the page, a shared link, or "Back". */
  function follow(isArrival: boolean): void {
    const view = viewOf(location.hash)
    if (view === undefined) return
    isTyping = false
    query.value = view.q
    for (const [name, select] of selects) {
      select.value = view[name]
      // A link from another run may name a value that this run lacks.
      if (select.value !== view[name]) select.selectedIndex = -1
    }
    update(view)
    if (addressOf(view) === '' || !isArrival) return
    query.focus({ preventScroll: true })
    query.scrollIntoView({ block: 'start' })
  }

  query.addEventListener('input', () => choose(true))
  query.addEventListener('change', () => {
    isTyping = false
  })
  for (const select of selects.values()) select.addEventListener('change', () => choose(false))
  more.addEventListener('click', () => show(results.childElementCount))
  window.addEventListener('popstate', () => follow(true))
  update(chosen())
  follow(true)
}
