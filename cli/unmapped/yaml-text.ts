import { NO_SUPPORT } from '@support-sync/shared/domain'
import { arrText, PROGRAM, printable } from '@support-sync/shared/runtime/text'
import { stringify } from 'yaml'
import type { SuggestedCharge } from './read-unmapped.ts'

/** The names as lines of plans.yml by section, with comments for the person who pastes them. */
export function unmappedText(
  charges: readonly SuggestedCharge[],
  out: string | undefined,
  run: string,
): string {
  if (charges.length === 0) return '# plans.yml lists every active charge name.'
  const bySection = Map.groupBy(charges, ({ suggestion }) => suggestion?.section)
  const open = bySection.get(undefined) ?? []
  const suggested = [...bySection].flatMap(([section, own]) =>
    section === undefined ? [] : ['', `${section}:`, ...own.flatMap(charge => lines(charge, ''))],
  )
  return [
    charges.length === 1
      ? '# 1 charge name is not in plans.yml. Its accounts are in doubt: the sync takes nothing away from them.'
      : `# ${charges.length} charge names are not in plans.yml. Their accounts are in doubt: the sync takes nothing away from them.`,
    '# Check each section, then paste its lines under the same section in packages/processor/data/plans.yml.',
    `# A name that gives no support goes under ${NO_SUPPORT} instead.`,
    ...suggested,
    ...(open.length > 0
      ? [
          '',
          '# No known name is similar to these. Choose a section and remove the #.',
          `# ${NO_SUPPORT}:`,
          ...open.flatMap(charge => lines(charge, '# ')),
        ]
      : []),
    ...(out === undefined
      ? []
      : [
          '',
          `# Written to ${out}${open.length > 0 ? ', without the names that have no suggestion' : ''}. To see what it changes:`,
          `# ${PROGRAM} impact --plans ${out} --run ${printable(run)}`,
        ]),
  ].join('\n')
}

function lines({ charge_name, accounts, arr, suggestion }: SuggestedCharge, before: string): string[] {
  const like = suggestion === null ? '' : `; like '${printable(suggestion.like)}'`
  const who = `${accounts} ${accounts === 1 ? 'account' : 'accounts'}, ARR ${arrText(arr)}`
  return [`${before}  # ${who}${like}`, `${before}  - ${scalar(charge_name)}`]
}

/** A name on one line. A name with invisible or look-alike characters is written with code points. */
function scalar(name: string): string {
  const isPlain = printable(name) === name
  return isPlain ? stringify(name, { lineWidth: 0 }).trimEnd() : printable(JSON.stringify(name))
}
