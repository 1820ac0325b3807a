import { type Held, writeKey } from '../../domain/index.ts'
import { columns, type Screen, shown } from '../../runtime/terminal/index.ts'
import { brief } from '../../runtime/text/index.ts'
import { reasonTitle } from '../doubts/index.ts'

/** What a sync holds back because accounts are in doubt, as lines. */
export function heldText(
  held: readonly Held[],
  { details, limit }: { details: boolean; limit: number | undefined },
  { style, width }: Screen,
): string[] {
  if (held.length === 0) return []
  const left = limit === undefined ? 0 : Math.max(0, held.length - limit)
  return [
    '',
    `Held back: accounts in doubt (${held.length})`,
    ...held.slice(0, held.length - left).flatMap(one => {
      const head = style.yellow(`‖ ${brief(writeKey(one))}`)
      const why = reasonTitle(one.reason)
      if (!details) return [`${head}  ${why}`]
      const rows = Object.entries(one.changes ?? { mark_for_deletion: { from: false, to: true } }).map(
        ([attribute, { from, to }]) => [attribute, `${shown(from)} → ${shown(to)}`],
      )
      return [`${head}  ${shown(one.name)}: ${why}`, ...columns(rows, { indent: 4, width })]
    }),
    ...(left > 0 ? [style.dim(`  … and ${left} more; --all shows them`)] : []),
  ]
}
