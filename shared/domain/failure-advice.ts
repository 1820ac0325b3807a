import { NAME_HELD, NAME_TAKEN } from './write-result.ts'

const OF_ONE_NAME =
  'If the two accounts were merged in Salesforce, give the organization that has the name the surviving salesforce_id in Zendesk, or rename it. If they are two companies, rename one in Salesforce.'

/** What a person can do about a write that was not made, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  [NAME_TAKEN]: OF_ONE_NAME,
  [NAME_HELD]: OF_ONE_NAME,
  DuplicateValue:
    'Another record has this name or address: merge or rename one of them. What is marked frees its name when it is deleted.',
  JOB_NOT_ENDED: 'Zendesk may still write it. The next run sees.',
  JOB_FAILED: 'Zendesk gave the job up. The next run tries again.',
  JOB_KILLED: 'Zendesk gave the job up. The next run tries again.',
  RESULT_UNKNOWN: 'Nobody can tell whether it was written. The next run sees.',
  RecordInvalid: 'Zendesk refuses a value: correct it in Salesforce.',
}

const FAILED =
  'The next run tries again. If it goes on failing, read what Zendesk says and correct the record.'

/** What to do about a failed write, or a mark that was held back, by its `failureCode`. */
export function adviceOnFailure(code: string): string {
  return ADVICE[code] ?? FAILED
}
