import { columns, type Screen, type Style, shown } from '../../runtime/terminal/index.ts'
import { printable } from '../../runtime/text/index.ts'
import type { ExplainedAttribute, ExplainedSync, UserExplanation } from './model.ts'
import { planText, valueText, withoutText } from './reason-text.ts'

/** False on every object, so it is shown only if it changes. */
const UNMARKED = 'mark_for_deletion'

/** One sync's part: the level, Zendesk's values and the object, the plan, and its results. */
export function syncLines(sync: ExplainedSync, screen: Screen, { all }: { all: boolean }): string[] {
  const { style, width } = screen
  const { without, level, organizations, attributes } = sync
  const lines = ['', style.bold(sync.title)]
  const add = (text: string) => lines.push(...columns([[text]], { indent: 2, width }))
  if (without !== null && organizations.length === 0 && sync.results.length === 0) {
    add(`no object (${printable(withoutText(without))}) and no organization: nothing to write`)
    return lines
  }
  if (without !== null) add(`no object: ${printable(withoutText(without))}`)
  if (level) {
    add(`support level ${style.bold(level.winner)}: ${printable(valueText(level.because))}`)
    const rows = level.candidates.map(one => [
      one.level === level.winner ? style.green(one.level) : one.level,
      printable(valueText(one.because)),
    ])
    if (rows.length > 1) lines.push(...columns(rows, { indent: 4, width }))
  }
  if (organizations.length === 0) add('no organization')
  for (const one of organizations) {
    const about = [one.account_type, one.support_level, one.marked ? 'marked for deletion' : null]
    const role = one.matched ? '' : style.yellow(' — a duplicate, not synced')
    const text = printable(`${one.name} (${about.filter(part => part !== null).join(', ') || 'no type'})`)
    add(`organization ${one.id} ${text}${role}`)
  }
  lines.push(...planLines(sync.plan, screen))
  lines.push(...attributeLines(attributes, sync, screen, all))
  if (sync.plan.action === 'create' && sync.sold_tos.length > 0)
    lines.push(...paragraph('users to associate', sync.sold_tos.map(printable), ', ', screen))
  lines.push(...resultLines(sync.results, screen))
  return lines
}

const ACTIONS = {
  create: ['+', 'green', 'to create'],
  update: ['~', 'yellow', 'to update'],
  mark: ['-', 'red', 'to mark'],
  none: ['=', 'dim', 'nothing to write'],
} as const satisfies Record<ExplainedSync['plan']['action'], readonly [string, keyof Style, string]>

/** What the sync will write and why, as a line. */
export function planLines(
  { action, because }: ExplainedSync['plan'] | UserExplanation['plan'],
  { style, width }: Screen,
): string[] {
  const [sign, paint, what] = ACTIONS[action]
  return columns([[style[paint](sign), `${style[paint](what)}: ${printable(planText(because))}`]], {
    indent: 2,
    width,
  })
}

function attributeLines(
  attributes: readonly ExplainedAttribute[],
  { plan, held }: Pick<ExplainedSync, 'plan' | 'held'>,
  { style, width }: Screen,
  all: boolean,
): string[] {
  const isHeld = ({ key }: ExplainedAttribute) => held?.changes?.[key] !== undefined
  const isChange = (attribute: ExplainedAttribute) =>
    attribute.differs && plan.action === 'update' && !isHeld(attribute)
  // What is held back is at the top.
  const others = attributes.filter(attribute => !isChange(attribute) && !isHeld(attribute))
  const quiet = others.filter(attribute => all || isSet(attribute))
  const folded = others.length - quiet.length
  const rows = [
    // Changes come first.
    ...attributes.filter(isChange),
    ...quiet.filter(
      attribute => !isUnset(attribute) && !isFromSalesforce(attribute) && attribute.key !== UNMARKED,
    ),
  ].map(attribute => {
    const { key, held, should_be, because } = attribute
    const value = isChange(attribute) ? `${shown(held)} → ${shown(should_be)}` : shown(should_be)
    return [
      isChange(attribute) ? style.yellow('~') : ' ',
      key,
      value,
      style.dim(printable(valueText(because))),
    ]
  })
  const fromSalesforce = quiet
    .filter(isFromSalesforce)
    .map(({ key, should_be }) => `${key} ${shown(should_be)}`)
  const unset = quiet.filter(isUnset).map(({ key }) => key)
  return [
    ...columns(rows, { indent: 2, width }),
    ...paragraph('from Salesforce', fromSalesforce, ' · ', { style, width }),
    ...paragraph('false, because no charge sets them', unset, ', ', { style, width }),
    ...(folded > 0
      ? columns([[' ', style.dim(foldedText(folded))]], {
          indent: 2,
          width,
        })
      : []),
  ]
}

function foldedText(count: number): string {
  return `${count === 1 ? '1 attribute is' : `${count} attributes are`} not set; --all shows them`
}

function isUnset({ because, should_be }: ExplainedAttribute): boolean {
  return because.kind === 'no_charge' && should_be === false
}

function isFromSalesforce({ because: { kind } }: ExplainedAttribute): boolean {
  return kind === 'salesforce' || kind === 'partner_track'
}

/** Whether to show an attribute. One whose field has changed in Zendesk is always shown. */
function isSet({ because, should_be }: ExplainedAttribute): boolean {
  const isEmpty = should_be === null || should_be === false || should_be === 0 || should_be === ''
  return because.kind === 'field_changed' || !isEmpty
}

function paragraph(
  title: string,
  parts: readonly string[],
  between: string,
  { width, style }: Pick<Screen, 'width' | 'style'>,
): string[] {
  if (parts.length === 0) return []
  return columns([[' ', `${title}: ${style.dim(parts.join(between))}`]], { indent: 2, width })
}

/** The results of the writes. */
export function resultLines(results: ExplainedSync['results'], { style, width }: Screen): string[] {
  const rows = results.map(({ action, status, http_status, code, error, attributes }) => {
    const isBad = status === 'failed'
    // The record's other writes have their own lines.
    const what = attributes.length > 0 ? `${action} of ${attributes.join(', ')}` : action
    return [
      isBad ? style.red('✗') : isDone(status) ? style.green('✓') : style.yellow('·'),
      `${what} ${isBad ? style.red(status) : status}`,
      printable([http_status, code, error].filter(part => part !== null).join(' ')),
    ]
  })
  return columns(rows, { indent: 2, width })
}

/** Whether Zendesk has the write. */
function isDone(status: ExplainedSync['results'][number]['status']): boolean {
  return status === 'written' || status === 'recognised'
}
