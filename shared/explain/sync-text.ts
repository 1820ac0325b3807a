import { columns, printable, type Screen, type Style, shown } from '../terminal/index.ts'
import type { ExplainedAttribute, ExplainedSync, UserExplanation } from './model.ts'

const UNSET = 'no charge sets it'

/** One sync's part: the level, what Zendesk holds against what it should, the plan, and what became of it. */
export function syncLines(sync: ExplainedSync, screen: Screen): string[] {
  const { style, width } = screen
  const { without, level, organizations, attributes } = sync
  const lines = ['', style.bold(sync.title)]
  if (without !== null && organizations.length === 0 && sync.results.length === 0)
    return [...lines, `  no object (${printable(without)}) and no organization: nothing will be written`]
  if (without !== null) lines.push(`  no object: ${printable(without)}`)
  if (level) {
    lines.push(`  support level ${style.bold(level.winner)}: ${printable(level.because)}`)
    const rows = level.candidates.map(one => [
      one.level === level.winner ? style.green(one.level) : one.level,
      printable(one.because),
    ])
    if (rows.length > 1) lines.push(...columns(rows, { indent: 4, width }))
  }
  if (organizations.length === 0) lines.push('  no organization')
  for (const one of organizations) {
    const about = [one.account_type, one.support_level, one.marked ? 'marked for deletion' : null]
    const role = one.matched ? '' : style.yellow(' — a duplicate, left alone')
    const told = printable(`${one.name} (${about.filter(part => part !== null).join(', ') || 'no type'})`)
    lines.push(`  organization ${one.id} ${told}${role}`)
  }
  lines.push(...planLines(sync.plan, screen))
  lines.push(...attributeLines(attributes, sync.plan.action, screen))
  lines.push(...resultLines(sync.results, screen))
  return lines
}

const ACTIONS = {
  create: ['+', 'green', 'it will be created'],
  update: ['~', 'yellow', 'it will be updated'],
  mark: ['-', 'red', 'it will be marked'],
  none: ['=', 'dim', 'nothing will be written'],
} as const satisfies Record<ExplainedSync['plan']['action'], readonly [string, keyof Style, string]>

export function planLines(
  { action, because }: ExplainedSync['plan'] | UserExplanation['plan'],
  { style, width }: Screen,
): string[] {
  const [sign, paint, what] = ACTIONS[action]
  return columns([[style[paint](sign), `${style[paint](what)}: ${printable(because)}`]], { indent: 2, width })
}

function attributeLines(
  attributes: readonly ExplainedAttribute[],
  action: ExplainedSync['plan']['action'],
  { style, width }: Screen,
): string[] {
  const isQuiet = ({ because, should_be, differs }: ExplainedAttribute) =>
    because === UNSET && should_be === false && (!differs || action === 'create')
  const isChange = ({ differs }: ExplainedAttribute) => differs && action === 'update'
  const telling = attributes.filter(attribute => !isQuiet(attribute))
  // What changes is what a person came for.
  const told = [...telling.filter(isChange), ...telling.filter(attribute => !isChange(attribute))]
  const rows = told.map(attribute => {
    const { key, held, should_be, because } = attribute
    const value = isChange(attribute) ? `${shown(held)} → ${shown(should_be)}` : shown(should_be)
    return [isChange(attribute) ? style.yellow('~') : ' ', key, value, style.dim(printable(because))]
  })
  const quiet = attributes.filter(isQuiet).map(({ key }) => key)
  return [
    ...columns(rows, { indent: 2, width }),
    ...(quiet.length > 0
      ? columns([[' ', `false, for no charge sets them: ${style.dim(quiet.join(', '))}`]], {
          indent: 2,
          width,
        })
      : []),
  ]
}

/** What became of the writes. */
export function resultLines(results: ExplainedSync['results'], { style, width }: Screen): string[] {
  const rows = results.map(({ action, status, http_status, error }) => {
    const isBad = status === 'failed'
    return [
      isBad ? style.red('✗') : style.green('✓'),
      `${action} ${isBad ? style.red(status) : status}`,
      printable([http_status === null ? '' : String(http_status), error ?? ''].filter(Boolean).join(' ')),
    ]
  })
  return columns(rows, { indent: 2, width })
}
