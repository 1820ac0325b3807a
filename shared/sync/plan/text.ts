import { columns, type Screen, type Style, shown } from '../../runtime/terminal/index.ts'
import { brief, printable } from '../../runtime/text/index.ts'
import { CHANGE_KIND_TITLES, CHANGE_KINDS } from './change-kinds.ts'
import type { PlannedWrite, PlanView } from './model.ts'

type Detail = {
  /** Whether to show names and changes besides keys. A log has only keys, because more people read it than artifacts. */
  details: boolean
  /** How many records of a kind to show. Default: all. */
  limit?: number | undefined
}

const SIGNS = { create: '+', update: '~', mark: '-' } as const
const PAINTS = { create: 'green', update: 'yellow', mark: 'red' } as const satisfies Record<
  PlannedWrite['action'],
  keyof Style
>

/** A sync's plan as lines: counts, then its records by kind of change, most important first. */
export function planText(plan: PlanView, { details, limit }: Detail, { style, width }: Screen): string {
  const { counts, writes, title } = plan
  const lines = [
    style.bold(printable(title)),
    `${counts.create} to create, ${counts.update} to update, ${counts.mark} to mark` +
      ` (${counts.alreadyMarked} already marked; ${counts.gathered} gathered)`,
  ]
  const total = counts.create + counts.update + counts.mark
  if (total === 0) return [...lines, 'Nothing to do: Zendesk is up to date.'].join('\n')
  if (writes.length < total) lines.push(`Shown: ${writes.length} of ${total}.`)
  for (const kind of CHANGE_KINDS) {
    const ofKind = writes.filter(write => write.kind === kind)
    if (ofKind.length === 0) continue
    const left = limit === undefined ? 0 : Math.max(0, ofKind.length - limit)
    lines.push('', `${CHANGE_KIND_TITLES[kind]} (${ofKind.length})`)
    for (const write of ofKind.slice(0, ofKind.length - left))
      lines.push(...writeLines(write, details, style, width))
    if (left > 0) lines.push(style.dim(`  … and ${left} more; --all shows them`))
  }
  return lines.join('\n')
}

function writeLines(
  { action, key, name, changes }: PlannedWrite,
  details: boolean,
  style: Style,
  width: number | undefined,
): string[] {
  const head = `${SIGNS[action]} ${brief(key)}`
  if (!details) return [style[PAINTS[action]](head)]
  const rows = Object.entries(changes).map(([attribute, { from, to }]) => [
    printable(attribute),
    action === 'create' ? shown(to) : `${shown(from)} → ${shown(to)}`,
  ])
  // The group's title explains a mark.
  const own = action === 'mark' ? [] : columns(rows, { indent: 4, width })
  return [style[PAINTS[action]](`${head}  ${shown(name)}`), ...own]
}
