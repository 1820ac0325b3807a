import type { AttributeValue, Changes } from '../domain/index.ts'
import { brief, printable } from '../text/index.ts'

/** What a sync is about to write. It is computed by the compare; nothing here computes it again. */
export type SyncPlan<Create, Update, Mark> = {
  creates: readonly Create[]
  updates: readonly Update[]
  /** Marks not made yet. */
  marks: readonly Mark[]
  /** Those that carry the mark already. */
  alreadyMarked: readonly Mark[]
  /** The records that the guards measure against. */
  gathered: number
}

/** One planned write, for a person to read. */
export type PlannedWrite = {
  sign: '+' | '~' | '-'
  key: string
  name: string
  changes: Changes
}

/** A plan for people: counts first, then each record. */
export type PlanView = {
  title: string
  counts: { create: number; update: number; mark: number; alreadyMarked: number; gathered: number }
  writes: PlannedWrite[]
}

/** Colours a line by its sign. */
export type Paint = (sign: PlannedWrite['sign'], line: string) => string

function plain(_sign: PlannedWrite['sign'], line: string): string {
  return line
}

/** The plan as text. With `details` each record and its changes; without, counts and keys alone. */
export function planText(
  { title, counts, writes }: PlanView,
  details: boolean,
  paint: Paint = plain,
): string {
  const lines = [
    printable(title),
    `${counts.create} to create, ${counts.update} to update, ${counts.mark} to mark` +
      ` (${counts.alreadyMarked} already marked; ${counts.gathered} gathered)`,
  ]
  if (writes.length === 0) return [...lines, 'Nothing to do: Zendesk is as it should be.'].join('\n')
  lines.push('')
  for (const { sign, key, name, changes } of writes) {
    lines.push(paint(sign, details ? `${sign} ${brief(key)}  ${shown(name)}` : `${sign} ${brief(key)}`))
    if (!details) continue
    const width = Math.max(0, ...Object.keys(changes).map(attribute => attribute.length))
    for (const [attribute, { from, to }] of Object.entries(changes)) {
      const values = sign === '+' ? shown(to) : `${shown(from)} → ${shown(to)}`
      lines.push(`    ${printable(attribute.padEnd(width))}  ${values}`)
    }
  }
  return lines.join('\n')
}

/** A value as it is shown: JSON, and nothing that could move a terminal's cursor. The plan's JSON has all of it. */
function shown(value: AttributeValue): string {
  return brief(JSON.stringify(value))
}
