import { isSameFailing, lastingTexts } from '../../domain/index.ts'
import { slackLink, slackText } from '../../services/slack/index.ts'
import { attentionText } from './attention.ts'
import { holdsText } from './holds.ts'
import type { RunRecord } from './run-record.ts'
import { LOST_TEXT } from './stage-record.ts'

/**
 * The Slack message of a run: a stage that broke, broke for the second time, broke with another code, or works again,
 * records that fail for the second time, and new holds. Null if there is nothing new: Slack does not get a lasting problem each
 * hour.
 */
export function slackMessage(record: RunRecord, last: RunRecord | undefined): string | null {
  if (record.dry_run) return null
  const before = last?.broken ?? {}
  const lines: string[] = []
  for (const { stage, error } of record.stages) {
    const now = record.broken[stage]
    const then = before[stage]
    if (then && !now) lines.push(`*${stage}* works again, after ${runs(then.runs)}.`)
    const isNews = now && now.runs !== then?.runs && (now.code !== then?.code || now.runs === 2)
    if (!isNews) continue
    const again = now.runs > 1 ? ` for the ${now.runs === 2 ? 'second' : ordinal(now.runs)} run` : ''
    const why = error
      ? `${error.code}: ${error.message.replace(/[^.!?]$/, '$&.')} Next: ${error.next}`
      : `${LOST_TEXT}.`
    lines.push(`*${stage}* stopped${again}. ${slackText(why)}`)
  }
  for (const [stage, failing] of Object.entries(record.failing)) {
    const known = last?.failing[stage] ?? []
    // Report failures in their second run. Later runs add nothing new.
    const second = failing.filter(
      one => one.runs === 2 && !known.some(other => other.runs === 2 && isSameFailing(one, other)),
    )
    for (const text of lastingTexts(second, new Date(record.ended_at)))
      lines.push(`*${stage}*: ${slackText(text)}.`)
  }
  const holds = holdsText(record, last)
  if (holds !== null) lines.push(slackText(holds))
  if (lines.length === 0) return null
  const name = `Support sync, run ${record.run_id}`
  const title = record.url === null ? slackText(name) : slackLink(record.url, name)
  const attention = attentionText(record)
  return [attention === null ? title : `${title}: ${slackText(attention)}`, ...lines].join('\n')
}

const SUFFIXES = new Map([
  ['one', 'st'],
  ['two', 'nd'],
  ['few', 'rd'],
])
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })

/** An ordinal number: 3rd, 11th, 22nd. */
function ordinal(count: number): string {
  return `${count}${SUFFIXES.get(ordinals.select(count)) ?? 'th'}`
}

function runs(count: number): string {
  return count === 1 ? 'one run' : `${count} runs`
}
