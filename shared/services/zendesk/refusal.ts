import { brief, printable } from '../../runtime/text/index.ts'
import { RefusedError } from '../http/index.ts'

/** Why Zendesk did not write a record. `code` is Zendesk's own, such as `DuplicateValue`, or one of `RESULT_CODES`. */
export type Refusal = {
  status: number | null
  code: string
  message: string
  /** The attributes that it is about, by Zendesk's names: `name`, or the key or title of a field. */
  about?: readonly string[]
}

const MAX_CHARACTERS = 300
const TAKEN = /already (?:been taken|being used|in use)/i

/** Zendesk refuses this record. In contrast, 401 and 403 refuse us. */
const RECORD_STATUSES = [400, 413, 422]
const GONE = 404
/** How an item of a job says that the record is gone. */
const IS_GONE = /\b(?:record ?)?not found\b|could ?n[o']t find|does not exist|no longer exists/i

/**
 * Reads the refusal of one record from the answer's body
 * (https://developer.zendesk.com/api-reference/introduction/requests/). Rethrows any other error.
 */
export function refusalOrThrow(error: unknown): Refusal {
  if (!(error instanceof RefusedError)) throw error
  if (error.status === GONE)
    return { status: GONE, code: 'RECORD_GONE', message: 'it was deleted or merged in Zendesk' }
  if (!RECORD_STATUSES.includes(error.status)) throw error
  const { error: fault, description, details } = parseObject(error.text)
  return { status: error.status, ...itemRefusal(fault, details, description) }
}

/** The same for a new record that belongs to no other: it cannot be gone, so 404 means something else. */
export function refusalOfNew(error: unknown): Refusal {
  if (error instanceof RefusedError && error.status === GONE) throw error
  return refusalOrThrow(error)
}

/** Reads the refusal of one item of a job. Its `details` may be a plain sentence. */
export function itemRefusal(
  error: unknown,
  details: unknown,
  description?: unknown,
): Omit<Refusal, 'status'> {
  const found: Details = { codes: [], sentences: [] }
  collect(details, found)
  const sentence = found.sentences.join(' ') || textOf(description) || textOf(error) || 'no reason was given'
  const own = found.codes.find(code => code === 'DuplicateValue') ?? found.codes[0]
  const code = own ?? codeOfSentence(sentence) ?? codeOf(error)
  const message = printable(withoutAddresses(sentence).slice(0, MAX_CHARACTERS))
  return { code: brief(code), message, about: attributesOf(details, sentence) }
}

function parseObject(text: string): { error?: unknown; description?: unknown; details?: unknown } {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}

type Details = { codes: string[]; sentences: string[] }

/** Details are a sentence, `{ field: [{ error, description }] }`, or a mixture of both. */
function collect(details: unknown, found: Details): void {
  if (typeof details === 'string') found.sentences.push(details)
  if (typeof details !== 'object' || details === null) return
  for (const [key, value] of Object.entries(details)) {
    if (key === 'error' && typeof value === 'string') found.codes.push(value)
    else collect(value, found)
  }
}

function codeOfSentence(sentence: string): string | undefined {
  if (TAKEN.test(sentence)) return 'DuplicateValue'
  return IS_GONE.test(sentence) ? 'RECORD_GONE' : undefined
}

/** Details go by attribute, or are sentences that begin with its title: `Name:  X has already been taken`. */
function attributesOf(details: unknown, sentence: string): string[] {
  if (typeof details === 'object' && details !== null && !Array.isArray(details)) return Object.keys(details)
  return sentence.split(/, (?=[^,:]+: )/).flatMap(part => /^([^:]{1,100}): /.exec(part)?.[1]?.trim() ?? [])
}

function codeOf(error: unknown): string {
  if (typeof error === 'string' && /^\w+$/.test(error)) return error
  return 'REFUSED'
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return 'message' in value && typeof value.message === 'string' ? value.message : ''
}

/** Removes addresses: messages end up in logs and reports, which must not contain any. */
function withoutAddresses(sentence: string): string {
  return sentence.replace(/[^\s"'<>(),;:]+@[^\s"'<>(),;:]+/g, '(address)')
}
