import type { Run } from '../find/index.ts'
import { explainAccount } from './explain-account.ts'
import { explainUser } from './explain-user.ts'
import { findSubject } from './find-subject.ts'
import type { Explanation } from './model.ts'
import { type RuleOptions, readRules } from './rules.ts'

/**
 * Explains the record that a query names: a salesforce_id, a Zendesk id, a name, or a user's email address.
 * Throws an `ExpectedError` if no record or several match, or an artifact cannot be read.
 */
export async function explain(run: Run, query: string, options: RuleOptions): Promise<Explanation> {
  const subject = await findSubject(run, query)
  const rules = await readRules(run, options)
  if (subject.kind === 'user') return explainUser(run, subject.id, rules)
  return explainAccount(run, subject, rules)
}
