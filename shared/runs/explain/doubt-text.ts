import { timeText } from '../../domain/index.ts'
import { columns, type Screen, shown } from '../../runtime/terminal/index.ts'
import { reasonText, remediesOf } from '../../sync/doubts/index.ts'
import type { AccountExplanation, ExplainedSync } from './model.ts'

/** Why the account is in doubt, what to do about it, and what the sync holds back. These lines come first. */
export function doubtLines({ doubt, syncs }: AccountExplanation, screen: Screen): string[] {
  if (doubt === null) return []
  const { style, width } = screen
  const since = doubt.since === null ? '' : ` Since ${timeText(doubt.since)}.`
  return [
    '',
    ...columns(
      [[`${style.yellow('In doubt:')} ${reasonText(doubt.reason)} The sync takes nothing away.${since}`]],
      {
        width,
      },
    ),
    ...columns(
      remediesOf(doubt.reason).map(remedy => ['→', remedy]),
      { indent: 2, width },
    ),
    ...syncs.flatMap(sync => heldLines(sync, screen)),
  ]
}

function heldLines({ title, held }: ExplainedSync, { style, width }: Screen): string[] {
  if (held === null) return []
  const rows = Object.entries(held.changes ?? { mark_for_deletion: { from: false, to: true } }).map(
    ([key, { from, to }]) => [style.yellow('‖'), key, `${shown(from)} → ${shown(to)}`],
  )
  return [`  Held back, ${title}:`, ...columns(rows, { indent: 4, width })]
}
