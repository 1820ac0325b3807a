/** Advice that two codes share: for a create that failed, and for the mark that was held back because of it. */
const OF_ONE_NAME =
  'If the two accounts were merged in Salesforce, open the organization that has the name in Zendesk and set its salesforce_id to the surviving salesforce_id, or rename it. If they are two companies, rename one in Salesforce.'
const NEXT_RUN = 'Nothing: the next run decides again.'
const JOB_GIVEN_UP = 'Zendesk gave up on the job. The next run tries again.'
const NEXT_RUN_SEES = 'It may or may not be written. The next run finds out.'

/** The codes of results that we know, ours and two of Zendesk's, each with advice. */
const CODES = {
  /** A create failed because another account's organization has its name. */
  NAME_TAKEN: OF_ONE_NAME,
  /** A mark was not made: a create did not succeed, and this organization has its name. */
  NAME_HELD: OF_ONE_NAME,
  DuplicateValue:
    'Another record has this name or email address: merge or rename one of them. A marked record frees its name once it is deleted.',
  RecordInvalid: 'Zendesk refused a value: correct it in Salesforce.',
  /** The record, or the organization that it belongs to, was deleted or merged. */
  RECORD_GONE:
    'It was deleted or merged in Zendesk after the gather. The next run gathers again and decides again.',
  /** Zendesk confirmed the write but shows another value. */
  NOT_STORED:
    'Zendesk accepted these attributes but stored other values: check the fields in Zendesk (preflight shows them), and look for a trigger or another program that sets them.',
  /** Zendesk kept answering 409 or 5xx for this record. */
  UPSTREAM_REFUSED:
    'Zendesk kept failing for this record. The next run tries again. If it keeps failing, open the record in Zendesk and contact Zendesk support.',
  /** A mark was not made: the record has changed since the gather, or this run wrote to it. */
  CHANGED_MEANWHILE: NEXT_RUN,
  /** A mark was not made: one of the user's addresses is protected. */
  ADDRESS_PROTECTED: 'Nothing: the sync leaves users with a protected address alone.',
  /** A mark was not made: one of the user's addresses is the address of a contact. */
  ADDRESS_OF_CONTACT: 'Nothing: another address of the user is the address of a contact.',
  /** A mark was not made: Zendesk did not show the user's addresses. */
  IDENTITIES_NOT_SHOWN: 'The next run tries again. If it keeps failing, check what the API user may read.',
  /** A contact's address belongs to a user that the sync leaves alone. */
  LEFT_ALONE: 'Nothing, unless the address should belong to an end user: then change it in Zendesk.',
  /** A contact's address is a secondary address of a user who is another contact. */
  ANOTHER_CONTACT: 'Remove one of the two contacts in Salesforce, or one of the two addresses in Zendesk.',
  /** A contact's address is a secondary address of a user. That user was updated instead. */
  UPDATED_INSTEAD: 'Nothing: the user with this address was updated.',
  /** A sold-to contact is an agent or admin. */
  NOT_AN_END_USER: 'Nothing: the sync leaves agents and admins alone.',
  /** A sold-to contact is in another organization. */
  IN_ANOTHER_ORGANIZATION: 'Nothing, unless the user should move: then move them in Zendesk.',
  /** A sold-to contact is suspended in Zendesk. */
  USER_SUSPENDED: 'Unsuspend the user in Zendesk, or name another sold-to contact in Salesforce.',
  /** The message was not posted to Slack. */
  SLACK_FAILED: 'The next run posts it to Slack. Check SLACK_TOKEN and SLACK_CHANNEL.',
  /** The sync gave up: it owed this for more than seven days, or the account is gone. */
  GIVEN_UP:
    'The sync owed this for more than seven days, or the account is gone. If the organization needs a user, associate one in Zendesk.',
  JOB_FAILED: JOB_GIVEN_UP,
  JOB_KILLED: JOB_GIVEN_UP,
  JOB_NOT_ENDED: 'Zendesk may still write it. The next run finds out.',
  RESULT_UNKNOWN: NEXT_RUN_SEES,
  NOT_SENT: 'The run stopped before this write. Run it again.',
  /** Zendesk refused the write without a code. */
  REFUSED: 'Read what Zendesk says and correct the record.',
} as const

export type ResultCode = keyof typeof CODES

/** All codes with their own advice. */
export const RESULT_CODES: readonly string[] = Object.keys(CODES)

const OF_ZENDESK =
  'The next run tries again. If it keeps failing, read what Zendesk says and correct the record.'

/** What to do about a result, by its code. */
export function adviceOnResult(code: string | null): string {
  return code !== null && isResultCode(code) ? CODES[code] : OF_ZENDESK
}

function isResultCode(code: string): code is ResultCode {
  return Object.hasOwn(CODES, code)
}
