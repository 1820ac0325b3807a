import { isSeq, parseDocument } from 'yaml'
import type { SuggestedCharge } from './read-unmapped.ts'

/** The plans file, comments kept, with each name under its suggested section. Names without a suggestion are omitted. */
export function withSuggestions(text: string, charges: readonly SuggestedCharge[]): string {
  const document = parseDocument(text)
  for (const { charge_name, suggestion } of charges) {
    if (suggestion === null) continue
    const names = document.get(suggestion.section)
    if (isSeq(names)) names.add(document.createNode(charge_name))
    else document.set(suggestion.section, document.createNode([charge_name]))
  }
  return document.toString({ lineWidth: 0 })
}
