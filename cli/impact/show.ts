import { type AttributeValue, INSTANCES, TRAITS } from '@support-sync/shared/domain'
import { columns, type Screen, type Style } from '@support-sync/shared/runtime/terminal'
import { arrText, printable } from '@support-sync/shared/runtime/text'
import type { AccountFacts, ChangedAccount, Impact, InstanceImpact } from './difference.ts'

/** How many kinds of change, and how many accounts of each, are shown. --json and --out have the full list. */
const GROUPS_SHOWN = 15
const ACCOUNTS_SHOWN = 5

/** An impact for people. It shows names only on a terminal, because other people may read a log. */
export function showImpact(impact: Impact, facts: ReadonlyMap<string, AccountFacts>, screen: Screen): string {
  const { style, width } = screen
  const head = columns(
    [
      ['before', printable(impact.before)],
      ['after', printable(impact.after)],
      ['decided', `${impact.accounts} accounts, as of ${impact.today}`],
    ],
    { width },
  )
  const parts = [head.join('\n')]
  for (const instance of INSTANCES) {
    const lines = instanceLines(impact.instances[instance], facts, screen)
    parts.push([style.bold(TRAITS[instance].name), ...lines].join('\n'))
  }
  const doubts = doubtLines(impact)
  if (doubts.length > 0)
    parts.push([style.bold('Accounts in doubt'), ...doubts.map(line => `  ${line}`)].join('\n'))
  const charges = chargeLines(impact)
  if (charges.length > 0) parts.push([style.bold('Charges'), ...charges.map(line => `  ${line}`)].join('\n'))
  return parts.join('\n\n')
}

function instanceLines(
  part: InstanceImpact,
  facts: ReadonlyMap<string, AccountFacts>,
  { style, width, isTerminal }: Screen,
): string[] {
  if (part.changed === 0) return [`  ${style.green('no change')} in ${part.objects_after} objects`]
  const lines = columns([[countsText(part)]], { indent: 2, width })
  if (part.levels.length > 0) {
    const rows = part.levels.map(({ from, to, accounts, arr }) => [
      `${levelText(from)} → ${levelText(to)}`,
      plural(accounts, 'account'),
      `ARR ${arrText(arr)}`,
    ])
    lines.push('', '  Support levels', ...columns(rows, { indent: 4, width }))
  }
  if (part.attributes.length > 0) {
    const rows = part.attributes.map(({ attribute, objects }) => [attribute, plural(objects, 'object')])
    lines.push('', '  Attributes', ...columns(rows, { indent: 4, width }))
  }
  lines.push('', '  Accounts, the largest ARR first')
  const groups = [...Map.groupBy(part.changes, change => changeText(change, style))]
  for (const [change, accounts] of groups.slice(0, GROUPS_SHOWN)) {
    lines.push(...columns([[`${plural(accounts.length, 'account')}: ${change}`]], { indent: 4, width }))
    const rows = accounts.slice(0, ACCOUNTS_SHOWN).map(({ salesforce_id, arr }) => {
      const name = isTerminal ? printable(facts.get(salesforce_id)?.name ?? '') : ''
      return [salesforce_id, `ARR ${arrText(arr)}`, style.dim(name)]
    })
    lines.push(...columns(rows, { indent: 6, width }))
    const more = accounts.length - rows.length
    if (more > 0) lines.push(style.dim(`      and ${more} more`))
  }
  const more = groups.length - GROUPS_SHOWN
  if (more > 0) lines.push(`    and ${more} more kinds of change: --out FILE has all of them`)
  return lines
}

function changeText({ level, changes }: ChangedAccount, style: Style): string {
  if (level.from === null) return style.green(`appears as ${level.to}`)
  if (level.to === null) return style.red(`is gone (was ${level.from})`)
  const parts = Object.entries(changes).map(([attribute, change]) =>
    change === null ? attribute : `${attribute} ${valueText(change.from)} → ${valueText(change.to)}`,
  )
  return parts.join(', ')
}

/** How many objects change and how, in one sentence. */
export function countsText(part: InstanceImpact): string {
  const { objects_before, objects_after, appearing, gone } = part
  const said = [
    { count: part.changed - appearing - gone, what: 'change' },
    { count: appearing, what: 'appear' },
    { count: gone, what: 'are gone' },
  ].flatMap(({ count, what }) => (count > 0 ? [`${count} ${what}`] : []))
  const of =
    objects_before === objects_after
      ? `Of ${objects_after} objects`
      : `${objects_before} objects before, ${objects_after} after:`
  return `${of} ${said.join(', ')}; their accounts' ARR is ${arrText(part.arr)}`
}

/** The accounts that come into doubt, and those that leave it: a line each. */
export function doubtLines({ doubts }: Impact): string[] {
  if (doubts === null) return []
  return [
    { accounts: doubts.into, how: 'into doubt: nothing is taken away from them' },
    { accounts: doubts.out, how: 'out of doubt: the sync writes what it held back' },
  ].flatMap(({ accounts, how }) => {
    if (accounts.length === 0) return []
    const arr = arrText(accounts.reduce((sum, account) => sum + account.arr, 0))
    const ids = accounts.slice(0, ACCOUNTS_SHOWN).map(({ salesforce_id }) => salesforce_id)
    const more = accounts.length - ids.length
    return [
      `${plural(accounts.length, 'account')} ${accounts.length === 1 ? 'comes' : 'come'} ${how} (ARR ${arr}): ${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    ]
  })
}

/** Charge names that were mapped, unmapped, or added without a charge: a line each. */
export function chargeLines({
  charges: { newly_mapped, newly_unmapped, added_without_charge },
}: Impact): string[] {
  return [
    ...newly_mapped.map(name => `${printable(name)} is in a section now`),
    ...newly_unmapped.map(name => `${printable(name)} is in no section any more`),
    ...added_without_charge.map(
      name => `${printable(name)} was added, but no charge of this run has that name`,
    ),
  ]
}

/** A support level, or "no object". */
export function levelText(level: string | null): string {
  return level ?? 'no object'
}

/** An attribute's value on one side of an arrow. */
export function valueText(value: AttributeValue): string {
  return value === null ? 'nothing' : printable(String(value))
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
