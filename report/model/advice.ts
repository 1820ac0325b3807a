import { PROGRAM } from '@support-sync/shared/runtime/text'

/** What to do about each warning. A bin's error has its own hint. */
const WARNINGS: Readonly<Record<string, string>> = {
  UNMAPPED_CHARGES: 'Add each charge name to its section in packages/processor/data/plans.yml.',
  IN_DOUBT: `Explain each account: ${PROGRAM} explain KEY shows why it is in doubt and what to do.`,
  OVERRIDE_ENDS_SOON: 'Extend the entry in the override file, or let it end.',
  OVERRIDE_GONE: 'Put the entry back into the override file, if nobody removed it on purpose.',
  OVERRIDE_UNKNOWN_ACCOUNT:
    'Salesforce has no such account: correct or remove the entry in the override file.',
  OVERRIDE_WITHOUT_OBJECT:
    'The override has no effect because the account has no organization: correct or remove the entry.',
  OVERRIDE_LEVEL_WITHOUT_EFFECT:
    "The account has a higher level, or the override's date is over: correct or remove the entry.",
  PARTNER_IS_CUSTOMER:
    'If the partner became a customer, do nothing. Otherwise correct the type of its account in Salesforce.',
  DUPLICATE_ORGANIZATIONS: 'In Zendesk, merge these into the organization with the lowest id.',
  DUPLICATE_USERS: 'In Zendesk, merge these into the user with the lowest id.',
  OWNER_NOT_SHOWN:
    'Wait for the next run. If it repeats, find the user with this email address in Zendesk, or correct the contact in Salesforce.',
  JOURNAL_OF_ANOTHER_PLAN: 'Read the file in the message: it lists what the interrupted run had written.',
  SLACK_FAILED: 'Check SLACK_TOKEN and SLACK_CHANNEL. The next runs try again, for 7 days.',
  CONTACT_SUSPENDED: "Unsuspend these users in Zendesk, or remove the contacts' role in Salesforce.",
  GIVEN_UP: 'In Zendesk, add a user to each of these organizations.',
}

/** What to do about a warning, by its code. */
export function adviceOnWarning(code: string): string {
  return WARNINGS[code] ?? 'docs/codes.md says what to do about this code.'
}
