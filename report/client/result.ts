import { ACTIONS, type Because, type Detail, type Index, type IndexRow, OUTCOMES } from '../data-format.ts'
import { element, foreign } from './elements.ts'
import { encoded } from './view.ts'

const SIGNS = { create: '+', update: '~', mark: '−' } as const

/** A record in the list. Its details are read when you open it. */
export function resultItem(index: Index, row: IndexRow, read: () => Detail): HTMLLIElement {
  const [key, id, name, stage, actionPlace, outcomePlace] = row
  const action = ACTIONS[actionPlace] ?? 'update'
  const outcome = OUTCOMES[outcomePlace] ?? 'planned'
  const title = element('span', 'title', foreign(name ?? (id === null ? key : `user ${id}`)))
  const facts = element(
    'span',
    'facts',
    element('span', `sign ${action}`, `${SIGNS[action]} ${action}`),
    ' · ',
    foreign(key),
    ` · ${index.stages[stage]} · `,
    element('span', `outcome ${outcome}`, outcome),
  )
  const details = element('details', '', element('summary', '', element('span', '', title, ' ', facts)))
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(detailOf(index, row, action, read()))
  })
  return element('li', '', details)
}

function detailOf(index: Index, row: IndexRow, action: string, detail: Detail): HTMLElement {
  const { attributes } = index
  const parts: Node[] = [placesOf(index, row)]
  if (detail.outcomeTexts.length > 0) parts.push(section('Outcome', list(detail.outcomeTexts)))
  if (detail.changes.length > 0) {
    const rows = detail.changes.map(([attribute, from, to, because]) => ({
      cells: [attributes[attribute] ?? '', from, to] as const,
      note: because,
    }))
    parts.push(section('Changes', table(['attribute', 'from', 'to'], rows)))
  }
  if (detail.explanation.length > 0) parts.push(section('Why', list(detail.explanation)))
  if (detail.otherValues.length > 0) {
    const rows = detail.otherValues.map(([attribute, value]) => ({
      cells: [attributes[attribute] ?? '', value] as const,
      note: null,
    }))
    parts.push(
      section(
        action === 'create' ? 'Its attributes' : 'Its other attributes',
        table(['attribute', 'value'], rows),
      ),
    )
  }
  return element('div', 'detail', ...parts)
}

/** The format of a Salesforce id. Any other text gets no link. */
const SALESFORCE_ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/

/** Links to the record in Zendesk, Salesforce and this report. */
function placesOf({ zendesk, salesforce }: Index, [key, id, , stage]: IndexRow): HTMLElement {
  const prefix = zendesk[stage] ?? null
  const places: (Node | string)[] = []
  if (id !== null) places.push(prefix === null ? `Zendesk id ${id}` : link(`${prefix}${id}`, `Zendesk ${id}`))
  if (salesforce !== null && SALESFORCE_ID.test(key)) places.push(link(`${salesforce}${key}`, 'Salesforce'))
  places.push(link(`#q=${encoded(key)}`, 'link to this record'))
  return element('p', '', ...places.flatMap((place, index) => (index === 0 ? [place] : [' · ', place])))
}

function link(address: string, text: string): HTMLElement {
  const made = element('a', '', text)
  made.href = address
  made.rel = 'noreferrer'
  return made
}

function section(title: string, content: Node): HTMLElement {
  return element('div', '', element('h3', '', title), content)
}

function list(lines: readonly string[]): HTMLElement {
  return element('ul', '', ...lines.map(line => element('li', '', foreign(line))))
}

type Cell = string | number | boolean | null

/** A row, and a note below it as wide as the table. */
type Row = { cells: readonly [string, ...Cell[]]; note: Because }

function table(head: readonly string[], rows: readonly Row[]): HTMLElement {
  const body = rows.flatMap(({ cells: [first, ...values], note }) => {
    const row = element(
      'tr',
      '',
      header('row', first),
      ...values.map(value => element('td', '', shown(value))),
    )
    if (note === null) return [row]
    const cell = element('td', '', typeof note === 'string' ? foreign(note) : path(note))
    cell.colSpan = head.length
    return [row, element('tr', 'why', cell)]
  })
  const headRow = element('tr', '', ...head.map(name => header('col', name)))
  const made = element('table', '', element('thead', '', headRow), element('tbody', '', ...body))
  // On a phone the table scrolls, also by keyboard.
  const frame = element('div', 'wide', made)
  frame.tabIndex = 0
  frame.role = 'group'
  frame.ariaLabel = head.join(', ')
  return frame
}

/** The path from a charge to the field. */
function path(steps: readonly string[]): HTMLElement {
  return element('ol', 'path', ...steps.map(step => element('li', '', foreign(step))))
}

function header(scope: 'row' | 'col', text: string): HTMLElement {
  const cell = element('th', '', text)
  cell.scope = scope
  return cell
}

/** A value. "1", 1 and no value look different. */
function shown(value: Cell): Node {
  if (value === null) return element('span', 'nothing', 'nothing')
  return typeof value === 'string' ? foreign(value) : element('code', '', String(value))
}
