import { adviceOnResult } from '../../domain/index.ts'
import { PROGRAM } from '../../runtime/text/index.ts'
import type { AccountExplanation } from './model.ts'

/** Writes that were not made, and that a person has to see to. */
const TO_DO = ['NAME_HELD', 'GIVEN_UP']

/** What a person can do about it, most urgent first. */
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
  // What ends a doubt is said with the doubt.
  if (hasUnmapped && doubt === null)
    steps.push(
      `Add the charge name to packages/processor/data/plans.yml: ${PROGRAM} unmapped prints the lines.`,
    )
  if (syncs.some(({ organizations }) => organizations.length > 1))
    steps.push('Merge the duplicate organizations in Zendesk; only the lowest id is kept right.')
  const isAllEnded = subscriptions
    .flatMap(({ charges }) => charges)
    .every(({ section, state }) => section === null || state === 'ended')
  if (doubt === null && account !== null && account.subs.length > 0 && isAllEnded)
    steps.push('Renewed, and not here? Correct the end dates in Salesforce, or give it an override.')
  const isToDo = syncs.some(({ plan, results }) => plan.action !== 'none' && results.length === 0)
  if (isTrial)
    steps.push('This was a trial: to make it real, change the file and run the pipeline from processor.')
  else if (isToDo) steps.push(`The next sync writes it. All that it will write: ${PROGRAM} plan`)
  return steps
}
