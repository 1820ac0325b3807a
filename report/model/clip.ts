import { type AttributeValue, plainValue } from '@support-sync/shared/domain'

/** Longer than any honest name; what is cut off says so. */
const LONGEST = 300

/** A text as the report holds it: 100,000 names of 10,000 characters would be a gigabyte. */
export function clip(text: string): string {
  if (text.length <= LONGEST) return text
  // toWellFormed: the cut may have halved a character.
  return `${text.slice(0, LONGEST).toWellFormed()}… (${text.length.toLocaleString('en')} characters)`
}

/** The same of any value; null for what no attribute can be. */
export function clipValue(value: unknown): AttributeValue {
  return typeof value === 'string' ? clip(value) : plainValue(value)
}
