import { columns, type Screen, shown } from '../../runtime/terminal/index.ts'
import { printable } from '../../runtime/text/index.ts'
import { overrideLines, salesforceLines, subscriptionLines } from './account-text.ts'
import { answersOf } from './answer.ts'
import { doubtLines } from './doubt-text.ts'
import type { Explanation, UserExplanation } from './model.ts'
import { noteText } from './reason-text.ts'
import { planLines, resultLines, syncLines } from './sync-text.ts'

/**
 * An explanation as lines: the answer, then the details from Salesforce to Zendesk, then what to do.
 * Counts the attributes that are not set; `all` lists them.
 */
export function explanationText(explanation: Explanation, screen: Screen, { all = false } = {}): string {
  const { style } = screen
  const { run, next } = explanation
  const who =
    explanation.subject === 'user'
      ? `${style.bold(printable(explanation.user.name))}  user ${explanation.user.id}`
      : `${style.bold(printable(explanation.name))}  ${printable(explanation.salesforce_id ?? 'no salesforce_id')}`
  const lines = [
    who,
    ...answersOf(explanation).flatMap(answer =>
      columns([[style.bold(printable(answer))]], { width: screen.width }),
    ),
    ...[`run ${run.name}`, ...run.inputs].map(line => style.dim(printable(line))),
  ]
  if (explanation.subject === 'user') lines.push(...userLines(explanation, screen))
  else {
    lines.push(...doubtLines(explanation, screen))
    lines.push(...salesforceLines(explanation, screen))
    lines.push(...subscriptionLines(explanation, screen))
    lines.push(...overrideLines(explanation, screen))
    for (const sync of explanation.syncs) lines.push(...syncLines(sync, screen, { all }))
    if (explanation.notes.length > 0) lines.push('', style.bold('Note'))
    const notes = explanation.notes.map(note => [style.yellow('!'), printable(noteText(note))])
    lines.push(...columns(notes, { indent: 2, width: screen.width }))
  }
  if (next.length > 0) {
    lines.push('', style.bold('Next'))
    lines.push(
      ...columns(
        next.map(step => ['→', step]),
        { indent: 2, width: screen.width },
      ),
    )
  }
  return lines.join('\n')
}

function userLines(
  { user, organization, contact, plan, results }: UserExplanation,
  screen: Screen,
): string[] {
  const { style, width } = screen
  const rows = [
    ['address', printable(user.email ?? 'none')],
    ['role', printable(user.role)],
    [
      'organization',
      organization
        ? printable(
            `${organization.id} ${organization.name} (${organization.salesforce_id ?? 'no salesforce_id'})`,
          )
        : String(user.organization_id ?? 'none'),
    ],
    ['contact', contact ? printable(`${contact.name}, of organization ${contact.organization_id}`) : 'none'],
    ['not_in_sfdc', String(user.marked)],
  ]
  // A mark is a single change, which the plan's line shows.
  const changes = Object.entries(plan.action === 'update' ? plan.changes : {}).map(([key, { from, to }]) => [
    style.yellow('~'),
    key,
    `${shown(from)} → ${shown(to)}`,
  ])
  return [
    '',
    style.bold('Zendesk US Government: users'),
    ...columns(rows, { indent: 2, width }),
    ...planLines(plan, screen),
    ...columns(changes, { indent: 2, width }),
    ...resultLines(results, screen),
  ]
}
