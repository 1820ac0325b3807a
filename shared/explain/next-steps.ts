import { adviceOnResult } from '../domain/index.ts'
import type { AccountExplanation } from './model.ts'

/** What a person can do about it, most urgent first. */
export function nextSteps(
  { syncs, notes, account, subscriptions }: Omit<AccountExplanation, 'next'>,
  isTrial: boolean,
): string[] {
  const steps: string[] = []
  const results = syncs.flatMap(({ results }) => results)
  const codes = results
    .filter(({ status, code }) => status === 'failed' || code === 'NAME_HELD')
    .map(({ code }) => code)
  steps.push(...new Set(codes.map(adviceOnResult)))
  if (notes.some(note => note.startsWith('UNMAPPED_CHARGES')))
    steps.push('Write the charge name under its section in packages/processor/data/plans.yml.')
  if (syncs.some(({ organizations }) => organizations.length > 1))
    steps.push('Merge the duplicate organizations in Zendesk; only the lowest id is kept right.')
  const isAllEnded = subscriptions
    .flatMap(({ charges }) => charges)
    .every(({ section, state }) => section === null || state === 'ended')
  if (account !== null && account.subs.length > 0 && isAllEnded)
    steps.push('Renewed, and not here? Correct the end dates in Salesforce, or give it an override.')
  const isToDo = syncs.some(({ plan, results }) => plan.action !== 'none' && results.length === 0)
  if (isTrial)
    steps.push('This was a trial: to make it real, change the file and run the pipeline from processor.')
  else if (isToDo) steps.push('The next sync writes it. All that it will write: npx -y pnpm@12 plan')
  return steps
}
