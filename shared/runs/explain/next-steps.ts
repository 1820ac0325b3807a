import { adviceOnResult } from '../../domain/index.ts'
import { PROGRAM } from '../../runtime/text/index.ts'
import type { AccountExplanation } from './model.ts'

/** Codes of skipped writes that an admin must resolve. */
const TO_DO = ['NAME_HELD', 'GIVEN_UP']

/** What you can do about the record, most urgent first. */
export function nextSteps(
  {
    syncs,
    doubt,
    account,
    subscriptions,
    hasUnmapped,
  }: Omit<AccountExplanation, 'next'> & { hasUnmapped: boolean },
  isTrial: boolean,
): string[] {
  const steps: string[] = []
  const results = syncs.flatMap(({ results }) => results)
  const codes = results
    .filter(({ status, code }) => status === 'failed' || TO_DO.includes(code ?? ''))
    .map(({ code }) => code)
  steps.push(...new Set(codes.map(adviceOnResult)))
  // The lines about the doubt say what ends it.
  if (hasUnmapped && doubt === null)
    steps.push(
      `Add the charge name to packages/processor/data/plans.yml: ${PROGRAM} unmapped prints the lines.`,
    )
  if (syncs.some(({ organizations }) => organizations.length > 1))
    steps.push(
      'Merge the duplicate organizations in Zendesk. The sync updates only the one with the lowest id.',
    )
  const isAllEnded = subscriptions
    .flatMap(({ charges }) => charges)
    .every(({ section, state }) => section === null || state === 'ended')
  if (doubt === null && account !== null && account.subs.length > 0 && isAllEnded)
    steps.push('If it was renewed, correct the end dates in Salesforce or add an override.')
  const isToDo = syncs.some(({ plan, results }) => plan.action !== 'none' && results.length === 0)
  if (isTrial)
    steps.push('This was a trial. To apply it, change the file and run the pipeline from processor.')
  else if (isToDo)
    steps.push(`The next sync writes it. To see everything that it will write: ${PROGRAM} plan`)
  return steps
}
