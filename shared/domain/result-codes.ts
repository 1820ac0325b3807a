/** An advice that two codes share: a create that failed, and the mark that was held back for it. */
const OF_ONE_NAME =
  'If the two accounts were merged in Salesforce, give the organization that has the name the surviving salesforce_id in Zendesk, or rename it. If they are two companies, rename one in Salesforce.'
const NEXT_RUN = 'Nothing: the next run decides anew.'
const JOB_GIVEN_UP = 'Zendesk gave the job up. The next run tries again.'
const NEXT_RUN_SEES = 'Nobody can tell whether it was written. The next run sees.'

/**
 * What the result of a write can be, where it did not simply happen: each code with what a person can do about it.
 * Programs decide by the code. Zendesk has codes of its own besides these.
 */
const CODES = {
  /** A create found its name with another account's organization. */
  NAME_TAKEN: OF_ONE_NAME,
  /** A mark was not made, because the organization holds the name of a create that failed for it. */
  NAME_HELD: OF_ONE_NAME,
  DuplicateValue:
    'Another record has this name or address: merge or rename one of them. What is marked frees its name when it is deleted.',
  RecordInvalid: 'Zendesk refuses a value: correct it in Salesforce.',
  /** The record, or the organization that it belongs to, was deleted or merged. */
  RECORD_GONE: 'It was deleted or merged in Zendesk meanwhile. The next run reads anew.',
  /** Zendesk answered that it was written, and shows another value. */
  NOT_STORED:
    'Zendesk took these attributes and stores something else: look at the fields in Zendesk (preflight shows them), and for a trigger or another program that sets them.',
  /** Zendesk kept answering 409 or 5xx to this record. */
  UPSTREAM_REFUSED:
    'Zendesk kept failing at this record. The next run tries again; if it lasts, open the record in Zendesk and ask its support.',
  /** A mark was not made, because the record is no longer what was gathered, or this run wrote to it. */
  CHANGED_MEANWHILE: NEXT_RUN,
  /** A mark was not made, because one of the user's addresses is protected. */
  ADDRESS_PROTECTED: 'Nothing: users with such an address are left alone.',
  /** A mark was not made, because one of the user's addresses is a contact's. */
  ADDRESS_OF_CONTACT: 'Nothing: the user is a contact by another address.',
  /** A mark was not made, because Zendesk did not show the user's addresses. */
  IDENTITIES_NOT_SHOWN: 'The next run looks again. If it lasts, check what the API user may read.',
  /** A contact's address belongs to a user whom the sync leaves alone. */
  LEFT_ALONE: 'Nothing, unless the address should be an end-user’s: then change it in Zendesk.',
  /** A contact's address is a second one of a user who is another contact. */
  ANOTHER_CONTACT: 'Remove one of the two contacts in Salesforce, or one of the two addresses in Zendesk.',
  /** A contact's address is a second one of a user, who was updated in its place. */
  UPDATED_INSTEAD: 'Nothing: the user who has this address was updated.',
  /** A sold-to contact is an agent or admin. */
  NOT_AN_END_USER: 'Nothing: agents and admins are left alone.',
  /** A sold-to contact is in another organization. */
  IN_ANOTHER_ORGANIZATION: 'Nothing, unless the user should move: then move them in Zendesk.',
  /** A sold-to contact is suspended in Zendesk. */
  USER_SUSPENDED: 'Unsuspend the user in Zendesk, or name another sold-to contact in Salesforce.',
  /** Slack was not told. */
  SLACK_FAILED: 'The next run tells Slack. Check SLACK_TOKEN and SLACK_CHANNEL.',
  /** What was owed for seven days, or for an account that is gone, is given up. */
  GIVEN_UP: 'It was owed for too long: associate a user in Zendesk by hand.',
  JOB_FAILED: JOB_GIVEN_UP,
  JOB_KILLED: JOB_GIVEN_UP,
  JOB_NOT_ENDED: 'Zendesk may still write it. The next run sees.',
  RESULT_UNKNOWN: NEXT_RUN_SEES,
  NOT_SENT: 'The run was stopped before. Run it again.',
  /** Zendesk refused it without a code of its own. */
  REFUSED: 'Read what Zendesk says and correct the record.',
} as const

export type ResultCode = keyof typeof CODES

/** All of our own codes. */
export const RESULT_CODES: readonly string[] = Object.keys(CODES)

const OF_ZENDESK =
  'The next run tries again. If it goes on failing, read what Zendesk says and correct the record.'

/** What to do about a result, by its code. */
export function adviceOnResult(code: string | null): string {
  return code !== null && isResultCode(code) ? CODES[code] : OF_ZENDESK
}

function isResultCode(code: string): code is ResultCode {
  return Object.hasOwn(CODES, code)
}
