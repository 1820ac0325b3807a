import { INSTANCES, TRAITS } from '@support-sync/shared/domain'
import { arrText } from '@support-sync/shared/runtime/text'
import type { Impact, InstanceImpact } from './difference.ts'
import { chargeLines, countsText, doubtLines, levelText } from './show.ts'

/** A short summary for a merge request: figures and ids, but no names. */
export function impactMarkdown(impact: Impact): string {
  const changed = INSTANCES.reduce((sum, instance) => sum + impact.instances[instance].changed, 0)
  const doubts = doubtLines(impact)
  const charges = chargeLines(impact)
  return [
    `### Impact: ${changedText(changed)}`,
    '',
    `${impact.accounts} accounts, decided as of ${impact.today}. Before: ${code(impact.before)}. After: ${code(impact.after)}.`,
    ...INSTANCES.flatMap(instance => section(TRAITS[instance].name, impact.instances[instance])),
    ...(doubts.length > 0
      ? ['', '#### Accounts in doubt', '', ...doubts.map(line => `- ${escaped(line)}`)]
      : []),
    ...(charges.length > 0 ? ['', '#### Charges', '', ...charges.map(line => `- ${escaped(line)}`)] : []),
    '',
  ].join('\n')
}

function changedText(changed: number): string {
  if (changed === 0) return 'no object changes'
  return changed === 1 ? '1 object changes' : `${changed} objects change`
}

function section(name: string, part: InstanceImpact): string[] {
  if (part.changed === 0) return ['', `#### ${name}`, '', `No change in ${part.objects_after} objects.`]
  return [
    '',
    `#### ${name}`,
    '',
    `${countsText(part)}.`,
    ...table(
      ['from', 'to', 'accounts', 'ARR'],
      part.levels.map(({ from, to, accounts, arr }) => [
        levelText(from),
        levelText(to),
        String(accounts),
        arrText(arr),
      ]),
    ),
    ...table(
      ['attribute', 'objects'],
      part.attributes.map(({ attribute, objects }) => [attribute, String(objects)]),
    ),
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line)]
}

function escaped(text: string): string {
  return text.replaceAll(/[\\|<>*_`[\]]/g, character => (character === '_' ? character : `\\${character}`))
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``
}
