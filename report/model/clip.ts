import { type AttributeValue, plainValue } from '@support-sync/shared/domain'

/** Longer than any real name. A cut text shows that it is cut. */
const MAX_CHARACTERS = 300

/** Limits a text's length: 100,000 names of 10,000 characters would be a gigabyte. */
export function clip(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text
  // toWellFormed: the cut may split a character.
  return `${text.slice(0, MAX_CHARACTERS).toWellFormed()}… (${text.length.toLocaleString('en')} characters)`
}

/** The same for any value. Null for a value that no attribute can have. */
export function clipValue(value: unknown): AttributeValue {
  return typeof value === 'string' ? clip(value) : plainValue(value)
}
