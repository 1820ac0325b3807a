import type { ShownValue } from './schema.ts'

/** Longer than any honest name; what is cut off says so. */
const LONGEST = 300

/** A text as the report holds it: 100,000 names of 10,000 characters would be a gigabyte. */
export function clip(text: string): string {
  if (text.length <= LONGEST) return text
  // toWellFormed: the cut may have halved a character.
  return `${text.slice(0, LONGEST).toWellFormed()}… (${text.length.toLocaleString('en')} characters)`
}

export function clipValue(value: unknown): ShownValue {
  if (typeof value === 'string') return clip(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}
