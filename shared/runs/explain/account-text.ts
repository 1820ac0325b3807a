import { INSTANCES } from '../../domain/index.ts'
import { columns, type Screen, shown } from '../../runtime/terminal/index.ts'
import { arrText, printable } from '../../runtime/text/index.ts'
import type { AccountExplanation, ExplainedCharge } from './model.ts'
import { noteText, placeName, placeText } from './reason-text.ts'

/** The account's values in Salesforce. */
export function salesforceLines(
  { account, partner }: AccountExplanation,
  { style, width }: Screen,
): string[] {
  const head = ['', style.bold('Salesforce')]
  if (account === null)
    return [
      ...head,
      partner === null ? '  no such account' : `  partner (${partner}), not a customer account`,
    ]
  const flags = (['support_hold', 'escalated', 'restricted', 'exception'] as const).filter(
    flag => account[flag],
  )
  const facts = [
    account.type,
    `ARR ${arrText(account.arr)}`,
    account.sales_segment,
    account.region,
    account.partner_type === null ? null : `partner ${account.partner_type}`,
    account.account_owner === null ? null : `owner ${account.account_owner}`,
    account.technical_account_manager === null ? null : `TAM ${account.technical_account_manager}`,
    ...flags,
    `${counted(account.subs.length, 'subscription')}, ${counted(account.charges.length, 'charge')}`,
  ].filter(part => part !== null)
  return [...head, ...columns([[printable(facts.join(' · '))]], { indent: 2, width })]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Each subscription with its instance, the reason for it, and its charges. */
export function subscriptionLines({ subscriptions }: AccountExplanation, screen: Screen): string[] {
  const { style, width } = screen
  if (subscriptions.length === 0) return []
  const lines = ['', style.bold('Subscriptions')]
  for (const { name, status, start_date, end_date, instance, because, charges } of subscriptions) {
    const about = `${status ?? 'no status'}, ${start_date ?? '?'} to ${end_date ?? '?'}`
    lines.push(`  ${printable(name ?? 'unnamed')} → ${placeName(instance)}  ${style.dim(printable(about))}`)
    lines.push(...columns([[printable(placeText(because))]], { indent: 4, width }))
    lines.push(
      ...columns(
        charges.map(charge => chargeRow(charge, screen)),
        { indent: 4, width },
      ),
    )
    if (charges.length === 0) lines.push('    no charges')
  }
  return lines
}

function chargeRow(charge: ExplainedCharge, { style }: Screen): string[] {
  const { charge_name, section, quantity, state } = charge
  const isGiving = state !== 'ended' && section !== null
  return [
    isGiving ? style.green('✓') : style.dim('–'),
    printable(charge_name || 'no name'),
    section ?? 'not in plans.yml',
    String(quantity),
    stateText(charge),
  ]
}

function stateText({ state, end_date, active_until }: ExplainedCharge): string {
  if (state === 'active') return `active, ends ${end_date}`
  if (state === 'in grace') return `ended ${end_date}, active until ${active_until}`
  if (state === 'extended') return `ended ${end_date}, extended by the override`
  return `ended ${end_date}`
}

/** The override's entry and what it changes. */
export function overrideLines({ override }: AccountExplanation, { style, width }: Screen): string[] {
  if (override === null) return []
  const { salesforce_id, ...entry } = override.entry
  const rows = Object.entries(entry).map(([key, value]) => [key, printable(JSON.stringify(value))])
  const changes = INSTANCES.flatMap(instance =>
    Object.entries(override.changes[instance]).map(([key, { from, to }]) => [
      style.yellow('~'),
      placeName(instance),
      key,
      `${shown(from)} → ${shown(to)}`,
    ]),
  )
  return [
    '',
    style.bold('Override'),
    ...columns(rows, { indent: 2, width }),
    changes.length === 0 ? '  It changes nothing.' : '  Changes:',
    ...columns(changes, { indent: 4, width }),
    ...columns(
      override.notes.map(note => [style.yellow('!'), printable(noteText(note))]),
      { indent: 2, width },
    ),
  ]
}
