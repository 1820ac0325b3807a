import { failureCode } from '@support-sync/shared/domain'

/** What to do about a warning or a failed record, by its code. Errors of a bin bring their own advice. */

const WARNINGS: Readonly<Record<string, string>> = {
  UNMAPPED_CHARGES: 'Add each charge name to its section in packages/processor/data/plans.yml.',
  OVERRIDE_UNKNOWN_ACCOUNT:
    'The override file names an account that Salesforce did not give: correct or remove the entry.',
  OVERRIDE_WITHOUT_OBJECT:
    'The override changes nothing, for the account has no organization: correct or remove the entry.',
  OVERRIDE_LEVEL_WITHOUT_EFFECT:
    'The account has a higher level, or the override’s own date ends it: correct or remove the entry.',
  PARTNER_IS_CUSTOMER: 'Nothing, if the partner became a customer. Otherwise correct its type in Salesforce.',
  DUPLICATE_ORGANIZATIONS: 'Merge these into the organization of the lowest id, in Zendesk.',
  DUPLICATE_USERS: 'Merge these into the user of the lowest id, in Zendesk.',
  NAME_HELD:
    'A merge in Salesforce looks like this: give that organization the surviving salesforce_id, or rename it.',
  JOURNAL_OF_ANOTHER_PLAN: 'Read the file that it names: it tells what the interrupted run had written.',
  SLACK_FAILED:
    'Tell #support_operations by hand that these new organizations have no users; check SLACK_TOKEN.',
}

/** Codes at the head of a failed record's error. */
const FAILURES: Readonly<Record<string, string>> = {
  NAME_TAKEN: 'Merge the two organizations, or rename one, in Salesforce or in Zendesk.',
  DuplicateValue: 'Another record has this name or address: merge or rename one of them.',
  JOB_NOT_ENDED: 'Zendesk may still write it. The next run sees.',
  JOB_FAILED: 'Zendesk gave the job up. The next run tries again.',
  JOB_KILLED: 'Zendesk gave the job up. The next run tries again.',
  RESULT_UNKNOWN: 'Nobody can tell whether it was written. The next run sees.',
  RecordInvalid: 'Zendesk refuses a value: correct it in Salesforce.',
}

const FAILED =
  'The next run tries again. If it goes on failing, read what Zendesk says and correct the record.'

/** What to do about a warning, by its code. */
export function adviceOnWarning(code: string): string {
  return WARNINGS[code] ?? 'See what the message names; docs/pipeline.md tells what each stage does.'
}

/** What to do about a failed record, by the code at the head of its error. */
export function adviceOnFailure(error: string | null): string {
  return FAILURES[failureCode(error)] ?? FAILED
}
