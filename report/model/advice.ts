import { PROGRAM } from '@support-sync/shared/runtime/text'

/** What to do about each warning. Errors of a bin bring their own advice. */
const WARNINGS: Readonly<Record<string, string>> = {
  UNMAPPED_CHARGES: 'Add each charge name to its section in packages/processor/data/plans.yml.',
  IN_DOUBT: `Explain each account: ${PROGRAM} explain KEY says why, and what to do.`,
  OVERRIDE_ENDS_SOON: 'Extend the entry in the override file, or let it end.',
  OVERRIDE_GONE: 'Put the entry back into the override file, if nobody removed it on purpose.',
  OVERRIDE_UNKNOWN_ACCOUNT:
    'The override file names an account that Salesforce did not give: correct or remove the entry.',
  OVERRIDE_WITHOUT_OBJECT:
    'The override changes nothing, for the account has no organization: correct or remove the entry.',
  OVERRIDE_LEVEL_WITHOUT_EFFECT:
    'The account has a higher level, or the override’s own date ends it: correct or remove the entry.',
  PARTNER_IS_CUSTOMER: 'Nothing, if the partner became a customer. Otherwise correct its type in Salesforce.',
  DUPLICATE_ORGANIZATIONS: 'Merge these into the organization of the lowest id, in Zendesk.',
  DUPLICATE_USERS: 'Merge these into the user of the lowest id, in Zendesk.',
  OWNER_NOT_SHOWN:
    'Nothing, unless it lasts: then find in Zendesk who has the address, or correct the contact in Salesforce.',
  JOURNAL_OF_ANOTHER_PLAN: 'Read the file that it names: it tells what the interrupted run had written.',
  SLACK_FAILED: 'The next run sends the message, for 7 days. Check SLACK_TOKEN and SLACK_CHANNEL.',
  CONTACT_SUSPENDED: 'Unsuspend these users in Zendesk, or end the contacts’ role in Salesforce.',
  GIVEN_UP: 'Associate a user with each of these organizations in Zendesk, by hand.',
}

/** What to do about a warning, by its code. */
export function adviceOnWarning(code: string): string {
  return WARNINGS[code] ?? 'See what the message names; docs/pipeline.md tells what each stage does.'
}
